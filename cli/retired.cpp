#include "cli/retired.hpp"

#include <algorithm>

namespace hallmark {
namespace {

// More are counted, and not named.
constexpr std::size_t kNamed = 20;

Result<bool> some_suite_retires(const TerminalRoot& root) {
  HALLMARK_TRY(const Policy policy, root.policy());
  return std::any_of(policy.suites.begin(), policy.suites.end(),
                     [](const SuitePolicy& suite) { return suite.keep_versions > 0; });
}

Result<Json> retired_after(TerminalRoot& root, int64_t number) {
  HALLMARK_TRY(Message answer, root.request("hallmark-sign",
                                            Json{{"type", "retired-packages"}, {"after", number}}));
  return std::move(answer.body);
}

// The number of the last that the repository knows.
Result<int64_t> retire(TerminalRoot& root, const Json& packages) {
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-push", Json{{"type", "retire"}, {"packages", packages}}));
  return answer.body.value("last", int64_t{0});
}

void tell(const TerminalRoot& root, const std::vector<std::string>& left) {
  for (std::size_t i = 0; i < std::min(left.size(), kNamed); ++i) {
    root.screen().note(left[i] + " leaves: newer versions have taken its place");
  }
  if (left.size() <= kNamed) return;
  root.screen().note("and " + std::to_string(left.size() - kNamed) + " more");
}

}  // namespace

Status follow_retired(TerminalRoot& root) {
  HALLMARK_TRY(const bool needed, some_suite_retires(root));
  if (!needed) return ok_status();
  HALLMARK_TRY(int64_t known, retire(root, Json::array()));
  HALLMARK_TRY(Json answer, retired_after(root, known));
  // A signing state that was made anew counts from the beginning again.
  if (answer.value("last", int64_t{0}) < known) {
    HALLMARK_TRY(answer, retired_after(root, 0));
  }
  std::vector<std::string> left;
  while (!answer.value("packages", Json::array()).empty()) {
    const Json packages = answer["packages"];
    for (const Json& package : packages) {
      if (package.value("returned", false)) continue;
      left.push_back(package.value("suite", "") + ": " + package.value("package", "") + " " +
                     package.value("version", "") + " " + package.value("architecture", ""));
    }
    HALLMARK_CHECK(retire(root, packages));
    HALLMARK_TRY(answer, retired_after(root, packages.back().value("number", int64_t{0})));
  }
  tell(root, left);
  return ok_status();
}

}  // namespace hallmark
