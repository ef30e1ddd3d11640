// What a request is judged with: the terminal it runs on, the signer's own memory, the keys.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "core/layout.hpp"
#include "signer/called_back.hpp"
#include "signer/confinement.hpp"
#include "signer/key_agent.hpp"
#include "signer/log_key_agent.hpp"
#include "signer/refusal_meter.hpp"
#include "signer/release_log.hpp"
#include "signer/state.hpp"

namespace hallmark {

// While what a sibling terminal answered is judged again, here (signer/adopt_request.hpp).
struct Adoption {
  std::string terminal;
  uint64_t sequence = 0;  // of the first line that the request led to there
  uint64_t lines = 0;     // that it led to
  int64_t time = 0;       // of them
  std::string policy_text{};
  InstalledPolicy policy{};          // that was in force
  std::optional<uint64_t> number{};  // of an import: the first file that these lines are of
  std::function<int64_t()> clock{};  // of this terminal
  // Of what the request hands in; it has no descriptor there.
  CalledBackFiles called_back{};

  const CalledBackFile* find_called_back(std::size_t place) const {
    const auto found = called_back.find(place);
    return found == called_back.end() ? nullptr : &found->second;
  }
};

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
  std::function<int64_t()> now;  // seconds since 1970: the time that rules go by
  const State& state;
  const ReleaseLog& log;
  KeyAgent& keys;
  PublicKeyring& keyring;
  LogKeyAgent& log_keys;
  Client client;
  Confinement confinement;
  const Adoption* adoption = nullptr;

  // What this terminal's clock says. It differs from `now` only in an adoption.
  int64_t clock() const { return adoption == nullptr ? now() : adoption->clock(); }
  // The policy in force; in an adoption the one that was, then and there.
  Result<InstalledPolicy> policy_to_judge_by() const;
};

}  // namespace hallmark
