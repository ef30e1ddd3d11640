// accepted-apks: which apps other terminals have signed, and which were called back, for whoever
// brings a repository up to date.
//
// Request: {"after"?: "next" of the answer before}. Answer: {"apks": of at most 1,000 accepted APKs
// {"path", "sha256", "size", "idsig"?: {"sha256", "size"}, "withdrawn"?: true, "application"?,
// "version_code"?, "certificates"?: SHA-256 in hex}, "next"?}. An APK that no other terminal has
// signed is left out, and so is what one has signed otherwise than this terminal. A log is believed
// for no bytes: a signed form is the one of this application, in this version code, that some of
// these certificates sign, or it is to be left where it is. Of what was called back all forms are
// told that there ever were, this terminal's too.
#pragma once

#include "core/wire.hpp"
#include "signer/context.hpp"

namespace hallmark {

Result<Response> accepted_apks_answer(const SignerContext& context, const Message& request);

}  // namespace hallmark
