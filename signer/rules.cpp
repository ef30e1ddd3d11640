#include "signer/rules.hpp"

namespace hallmark {

Error with_rule(const char* rule, Error error) {
  if (error.kind == ErrorKind::kVerification || error.kind == ErrorKind::kPolicy) {
    error.cause += std::string(" (rule: ") + rule + ")";
  }
  return error;
}

Result<std::string> request_text(const Json& body, const std::string& key) {
  const auto found = body.find(key);
  if (found == body.end() || !found->is_string()) {
    return failed("request", "lacks the text '" + key + "'");
  }
  return found->get<std::string>();
}

Result<const Json*> request_array(const Json& body, const std::string& key, std::size_t limit) {
  const auto found = body.find(key);
  if (found == body.end() || !found->is_array()) {
    return failed("request", "lacks the list '" + key + "'");
  }
  if (found->size() > limit) return failed("request", "has too many entries in '" + key + "'");
  return &*found;
}

}  // namespace hallmark
