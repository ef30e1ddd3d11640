// status and public-keys: what anyone may know of the signer. Nothing secret is in the answers.
#pragma once

#include "core/wire.hpp"
#include "signer/context.hpp"

namespace hallmark {

// {"terminal", "group", "demo", "policy", "artefacts", "suites": [{"name", "packages", "date"?,
// "valid_until"?}], "lowered_evidence": [{"product", "suite", "evidence", "owner", "until",
// "days_left"}], "confinement": {"landlock"}, "log": {"size", "root", "checkpoint": size or
// null}}
Result<Response> status_answer(const SignerContext& context);

// {"openpgp": [armoured], "apk": [{"name", "certificate_der_base64"}]}
Result<Response> public_keys_answer(const SignerContext& context);

}  // namespace hallmark
