// From a message to its answer.
#pragma once

#include "core/wire.hpp"
#include "signer/context.hpp"

namespace hallmark {

// Judges one request. Requests of all processes that share the state are taken one after another.
// Each begins by completing the release log after a crash, and a refusal is in the log before the
// client hears of it.
Result<Response> answer_request(const SignerContext& context, const Message& untrusted_request);

}  // namespace hallmark
