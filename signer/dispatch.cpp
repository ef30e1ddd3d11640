#include "signer/dispatch.hpp"

#include "signer/commit.hpp"
#include "signer/requests.hpp"
#include "signer/rules.hpp"

namespace hallmark {
namespace {

bool is_refusal(const Error& error) {
  return error.kind == ErrorKind::kVerification || error.kind == ErrorKind::kPolicy;
}

Result<Response> judge(const SignerContext& context, const std::string& type,
                       const PermittedRequest* permitted, const Message& request) {
  if (permitted == nullptr) {
    return with_rule("request-is-permitted", policy_error("request '" + type.substr(0, 64) + "'",
                                                          "is not one that the signer permits"));
  }
  return permitted->answer(context, request);
}

}  // namespace

Result<Response> answer_request(const SignerContext& context, const Message& untrusted_request) {
  HALLMARK_TRY(const std::string type, request_text(untrusted_request.body, "type"));
  const PermittedRequest* permitted = find_request(type);
  if (permitted != nullptr && permitted->only_reads) {
    return permitted->answer(context, untrusted_request);
  }
  HALLMARK_TRY(const LogTurn turn, context.log.take_turn());
  HALLMARK_TRY(const LogHead head, context.state.log_head());
  HALLMARK_CHECK(context.log.recover(head));
  Result<Response> answer = judge(context, type, permitted, untrusted_request);
  if (answer.ok() || !is_refusal(answer.error())) return answer;
  const Status logged = log_refusal(context, type, answer.error());
  if (logged.ok()) return answer;
  Error error = answer.error();
  error.cause += "; and it could not be logged: " + logged.error().message();
  return error;
}

}  // namespace hallmark
