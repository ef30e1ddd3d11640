// Everything that hallmark-sign can be asked: signer/requests.cpp is the table, and
// signer/request_rules.hpp has the rules of each. There is no request to sign given bytes or a
// given digest.
#pragma once

#include <string>

#include "core/wire.hpp"
#include "signer/context.hpp"

namespace hallmark {

using Answer = Result<Response> (*)(const SignerContext& context, const Message& untrusted_request);

struct PermittedRequest {
  const char* name;
  Answer answer;
  // Writes nothing, not even a refusal: answered beside another request.
  bool only_reads = false;
};

// Null: there is no such request.
const PermittedRequest* find_request(const std::string& name);

}  // namespace hallmark
