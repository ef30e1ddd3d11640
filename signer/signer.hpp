// The signer's parts put together: state, log and keys of one terminal, and the handler that serves
// requests with them.
#pragma once

#include <optional>

#include "core/layout.hpp"
#include "core/wire.hpp"
#include "signer/confinement.hpp"
#include "signer/refusal_meter.hpp"

namespace hallmark {

// What all workers of one signer share.
struct SignerProcess {
  Confinement confinement;
  std::optional<RefusalMeter> refusals;
};

// Before the first request, and before the first worker.
Status prepare_process(const Layout& layout, SignerProcess& process);

// Opens what is in sign/, making it on the first run, completes the release log after a crash, and
// returns the handler. `process` must live as long as that.
Result<Handler> start_signer(const Layout& layout, bool demo, const SignerProcess& process);

}  // namespace hallmark
