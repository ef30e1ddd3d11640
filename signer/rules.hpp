// Rules: the checks that a request must pass, in order, each a function named after what must be
// true. signer/request_rules.hpp holds the tables.
//
// A rule sees the case of one request, refuses it or notes what it established for the rules after
// it. A refusal's message names the rule.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "core/result.hpp"

namespace hallmark {

template <typename Case>
struct Rule {
  const char* name;
  Status (*check)(Case& subject);
};

// A refusal with the name of the rule and, where it says nothing of its own, what the rule needs;
// trouble (a full disk, say) stays what it is.
Error with_rule(const char* rule, Error error);

template <typename Case>
Status check_rules(std::span<const Rule<Case>> rules, Case& subject) {
  for (const Rule<Case>& rule : rules) {
    Status checked = rule.check(subject);
    if (!checked.ok()) return with_rule(rule.name, std::move(checked).error());
  }
  return ok_status();
}

// What strangers handed in and cannot be read is refused; it is not trouble of ours.
template <typename T>
Result<T> untrusted(Result<T> parsed) {
  if (parsed.ok()) return parsed;
  Error error = std::move(parsed).error();
  error.kind = error.kind == ErrorKind::kPolicy ? ErrorKind::kPolicy : ErrorKind::kVerification;
  return error;
}

// Fields of a request's body.
Result<std::string> request_text(const Json& body, const std::string& key);
// A plain name (core/safe_path.hpp); a list of 1 to `limit` of them, none twice. They may stand in
// a statement: no line can follow.
Result<std::string> request_plain_name(const Json& body, const std::string& key);
Result<std::vector<std::string>> request_plain_names(const Json& body, const std::string& key,
                                                     std::size_t limit);
Result<const Json*> request_array(const Json& body, const std::string& key, std::size_t limit);

}  // namespace hallmark
