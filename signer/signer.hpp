// The signer's parts put together: state, log and keys of one terminal, and the handler that serves
// requests with them.
#pragma once

#include "core/layout.hpp"
#include "core/wire.hpp"

namespace hallmark {

// Opens what is in sign/, making it on the first run, completes the release log after a crash, and
// returns the handler.
Result<Handler> start_signer(const Layout& layout, bool demo);

}  // namespace hallmark
