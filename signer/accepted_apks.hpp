// accepted-apks: which apps other terminals have signed, and which were called back, for whoever
// brings a repository up to date.
//
// Request: {"after"?: "next" of the answer before}. Answer: {"apks": of at most 2,000 accepted APKs
// {"path", "sha256", "size", "idsig"?: {"sha256", "size"}, "withdrawn"?: true}, "next"?}. An APK
// that no other terminal has signed is left out, and so is what one has signed otherwise than this
// terminal.
#pragma once

#include "core/wire.hpp"
#include "signer/context.hpp"

namespace hallmark {

Result<Response> accepted_apks_answer(const SignerContext& context, const Message& request);

}  // namespace hallmark
