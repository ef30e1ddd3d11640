// Every rule says what it needs.
#include "signer/rule_hints.hpp"

#include <catch2/catch_test_macros.hpp>
#include <regex>
#include <set>

#include "signer/rules.hpp"
#include "tests/unit/tools.hpp"

namespace hallmark {
namespace {

// As the tables of signer/request_rules.hpp have them.
std::set<std::string> rules() {
  const auto text =
      read_file(std::string(HALLMARK_SOURCE_FOLDER) + "/signer/request_rules.hpp", 1U << 20U);
  REQUIRE(text.ok());
  const std::regex entry(R"re(\{"([a-z0-9-]+)",\s+[a-z])re");
  std::set<std::string> names;
  for (std::sregex_iterator i(text->begin(), text->end(), entry), end; i != end; ++i) {
    names.insert((*i)[1]);
  }
  return names;
}

TEST_CASE("rule hints: there is one for each rule of the tables") {
  const std::set<std::string> names = rules();
  REQUIRE(names.size() > 100);
  for (const std::string& name : names) {
    INFO(name);
    CHECK_FALSE(std::string(hint_of(name)).empty());
  }
  CHECK(std::string(hint_of("no-such-rule")).empty());
}

TEST_CASE("rule hints: a refusal keeps its own") {
  const Error plain = with_rule("suite-is-in-the-policy", policy_error("suite x", "is unknown"));
  CHECK(plain.hint == hint_of("suite-is-in-the-policy"));
  const Error own = with_rule("suite-is-in-the-policy", policy_error("suite x", "is unknown", "y"));
  CHECK(own.hint == "y");
  const Error trouble = with_rule("suite-is-in-the-policy", failed("disk", "is full"));
  CHECK(trouble.hint.empty());
}

}  // namespace
}  // namespace hallmark
