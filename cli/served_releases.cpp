#include "cli/served_releases.hpp"

#include <algorithm>

namespace hallmark {
namespace {

constexpr std::size_t kMaxRelease = std::size_t{256} << 10U;  // bytes: what the signer reads

// What is no clear-signed text of this suite no apt takes for its index: a captive portal's page.
bool may_be_release(const std::string& untrusted_text, const std::string& suite) {
  return untrusted_text.size() <= kMaxRelease &&
         untrusted_text.starts_with("-----BEGIN PGP SIGNED MESSAGE-----\n") &&
         untrusted_text.find("\nSuite: " + suite + "\n") != std::string::npos;
}

}  // namespace

std::vector<std::string> releases_of_suite(const Json& untrusted_releases, const std::string& suite,
                                           std::vector<std::string>& troubles) {
  std::vector<std::string> texts;
  for (const Json& served : untrusted_releases) {
    const std::string url = served.value("url", std::string());
    if (served.contains("problem")) {
      troubles.push_back(url + ": " + served.value("problem", std::string()));
    }
    if (!served.contains("inrelease")) continue;
    std::string text = served.value("inrelease", std::string());
    if (!may_be_release(text, suite)) {
      troubles.push_back(url + ": what it serves is no Release of suite " + suite);
      continue;
    }
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) {
      texts.push_back(std::move(text));
    }
  }
  return texts;
}

Result<std::vector<std::string>> served_releases(TerminalRoot& root, const std::string& suite) {
  HALLMARK_TRY(const Policy policy, root.policy());
  if (policy.log_keys.size() < 2) return std::vector<std::string>();
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-push",
                            Json{{"type", "served-releases"}, {"suites", Json::array({suite})}}));
  std::vector<std::string> troubles;
  std::vector<std::string> texts =
      releases_of_suite(answer.body.value("releases", Json::array()), suite, troubles);
  for (const std::string& trouble : troubles) {
    root.screen().warn("served Release: not compared with " + trouble);
  }
  return texts;
}

}  // namespace hallmark
