// sign-apk-lineage: the proof that a rotated key's application was handed on to it. Made from the
// installed policy; no certificate is taken from the request.
//
// Request: {"key": name of an APK key that rotates another}. Answer: {"lineage": the file in base64
// (verify/apk/lineage.hpp), "sha256", "keys": names, oldest first}.
#pragma once

#include "core/wire.hpp"
#include "signer/key_chain.hpp"

namespace hallmark {

struct LineageCase {
  const SignerContext& context;
  const Message& untrusted_request;

  KeyChain chain{};
};

Status key_is_in_the_policy(LineageCase& subject);
Status key_took_over_from_another(LineageCase& subject);

Result<Response> lineage_answer(const LineageCase& subject);

}  // namespace hallmark
