// What a request is judged with: the terminal it runs on, the signer's own memory, the keys.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>

#include "core/layout.hpp"
#include "signer/confinement.hpp"
#include "signer/key_agent.hpp"
#include "signer/log_key_agent.hpp"
#include "signer/refusal_meter.hpp"
#include "signer/release_log.hpp"
#include "signer/state.hpp"

namespace hallmark {

// Who asks.
struct Client {
  uid_t uid = 0;
  const RefusalMeter& refusals;
};

struct SignerContext {
  Layout layout;
  LogOrigin origin;
  std::string terminal_group;
  uid_t builder = 0;             // the uid whose build records count
  std::function<int64_t()> now;  // seconds since 1970
  const State& state;
  const ReleaseLog& log;
  KeyAgent& keys;
  PublicKeyring& keyring;
  LogKeyAgent& log_keys;
  Client client;
  Confinement confinement;
};

}  // namespace hallmark
