#include "signer/rules.hpp"

#include <algorithm>

#include "core/safe_path.hpp"
#include "signer/rule_hints.hpp"

namespace hallmark {

Error with_rule(const char* rule, Error error) {
  if (error.kind == ErrorKind::kVerification || error.kind == ErrorKind::kPolicy) {
    error.cause += std::string(" (rule: ") + rule + ")";
    if (error.hint.empty()) error.hint = hint_of(rule);
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

Result<std::string> request_plain_name(const Json& body, const std::string& key) {
  HALLMARK_TRY(std::string name, request_text(body, key));
  if (!is_plain_name(name))
    return verification_error("request", "has a '" + key + "' that is none");
  return name;
}

Result<std::vector<std::string>> request_plain_names(const Json& body, const std::string& key,
                                                     std::size_t limit) {
  HALLMARK_TRY(const Json* list, request_array(body, key, limit));
  std::vector<std::string> names;
  for (const Json& item : *list) {
    if (!item.is_string() || !is_plain_name(item.get<std::string>())) {
      return verification_error("request", "has something in '" + key + "' that is no name");
    }
    names.push_back(item.get<std::string>());
    if (std::count(names.begin(), names.end(), names.back()) > 1) {
      return verification_error("request", "has the same in '" + key + "' twice");
    }
  }
  if (names.empty()) return verification_error("request", "has nothing in '" + key + "'");
  return names;
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
