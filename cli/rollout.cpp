#include "cli/rollout.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>

#include "cli/json_text.hpp"
#include "cli/sync.hpp"
#include "core/digest.hpp"
#include "core/safe_path.hpp"

namespace hallmark {
namespace {

// A release as a suite has it.
struct Standing {
  std::string version;
  std::string suite;
  uint64_t percentage = 100;  // of the package with the lowest
};

Result<Json> ask_for_rollouts(TerminalRoot& root, Json request) {
  request["type"] = "rollouts";
  HALLMARK_TRY(const Message answer, root.request("hallmark-sign", request));
  return answer.body.value("rollouts", Json::array());
}

// Each suite's versions rise.
Result<std::vector<Standing>> standing_releases(TerminalRoot& root, const std::string& product) {
  HALLMARK_TRY(const Json releases, ask_for_rollouts(root, Json{{"product", product}}));
  std::vector<Standing> out;
  for (const Json& release : releases) {
    Standing standing{text_of(release, "version"), text_of(release, "suite")};
    for (const Json& package : release.value("packages", Json::array())) {
      standing.percentage =
          std::min(standing.percentage, package.value("percentage", uint64_t{100}));
    }
    out.push_back(std::move(standing));
  }
  return out;
}

Error several_suites(const std::set<std::string>& suites, const RolloutOptions& options) {
  std::string names;
  for (const std::string& suite : suites) names += (names.empty() ? "" : ", ") + suite;
  return usage_error(options.product, "is in several suites: " + names,
                     "name one: hallmark rollout " + options.product + " " + options.share +
                         " --suite " + *suites.begin());
}

Result<Standing> choose(const std::vector<Standing>& releases, const RolloutOptions& options) {
  std::set<std::string> suites;
  const Standing* chosen = nullptr;
  for (const Standing& release : releases) {
    if (!options.suite.empty() && release.suite != options.suite) continue;
    if (!options.version.empty() && release.version != options.version) continue;
    suites.insert(release.suite);
    chosen = &release;
  }
  if (chosen == nullptr) {
    return failed(options.product + (options.version.empty() ? "" : " " + options.version),
                  options.suite.empty() ? "is in no suite" : "is not in suite " + options.suite,
                  "hallmark repo list");
  }
  if (suites.size() > 1) return several_suites(suites, options);
  return *chosen;
}

Result<RolloutStatement> statement_of(TerminalRoot& root, const RolloutOptions& options) {
  const std::optional<uint64_t> share = share_from_text(options.share);
  if (!share) {
    return usage_error("'" + options.share + "'", "is no share of the machines",
                       "such as 25%, 100% or halt");
  }
  if (!is_plain_name(options.product)) {
    return usage_error("'" + options.product + "'", "is not a product's name");
  }
  HALLMARK_TRY(const std::vector<Standing> releases, standing_releases(root, options.product));
  HALLMARK_TRY(const Standing release, choose(releases, options));
  HALLMARK_TRY(const std::string policy, root.policy_text());
  HALLMARK_TRY(const Terminal terminal, root.terminal());
  return RolloutStatement{options.product,    sha256(policy), release.version, release.suite,
                          release.percentage, *share,         terminal.group,  0};
}

ApprovalSubject approval_of_rollout(const TerminalRoot& root, const RolloutStatement& statement) {
  return ApprovalSubject{
      root.layout().rollout(statement.product, statement.version,
                            statement.suite + "_" + std::to_string(statement.from) + "_" +
                                std::to_string(statement.to)),
      [statement](int64_t expires) {
        RolloutStatement dated = statement;
        dated.expires = expires;
        return render_statement(dated);
      }};
}

Result<Message> ask_signer(TerminalRoot& root, const RolloutStatement& wanted,
                           const ApprovalSubject& subject) {
  HALLMARK_TRY(const Policy policy, root.policy());
  HALLMARK_TRY(const ApprovalFiles approvals, read_approval_files(subject.folder));
  Json request = {{"type", "rollout"},     {"product", wanted.product}, {"version", wanted.version},
                  {"suite", wanted.suite}, {"from", wanted.from},       {"to", wanted.to}};
  add_approval(policy, approvals, request);
  return root.request("hallmark-sign", request);
}

std::string in_words(const RolloutStatement& wanted) {
  const std::string release =
      wanted.product + " " + wanted.version + " in suite " + wanted.suite + ": ";
  if (wanted.to == 0) return release + "halted, no machine upgrades to it";
  if (wanted.to == 100) return release + "every machine upgrades to it";
  return release + std::to_string(wanted.to) + "% of the machines upgrade to it";
}

}  // namespace

std::optional<uint64_t> share_from_text(const std::string& text) {
  if (text == "halt") return 0;
  uint64_t share = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, share);
  const bool whole = rest == end || (rest + 1 == end && *rest == '%');
  if (error != std::errc() || !whole || share > 100) return std::nullopt;
  return share;
}

Result<StepReport> roll_out(TerminalRoot& root, const RolloutOptions& options) {
  catch_up(root);
  HALLMARK_TRY(const RolloutStatement wanted, statement_of(root, options));
  if (wanted.from == wanted.to) {
    return StepReport{in_words(wanted) + "; nothing to do", Json{{"changed", false}}};
  }
  const ApprovalSubject subject = approval_of_rollout(root, wanted);
  HALLMARK_CHECK(prepare_approval(root, subject, options.approval.approve));
  if (options.approval.approve_only) return approve_only_report(subject);
  HALLMARK_TRY(const Message answer, ask_signer(root, wanted, subject));
  // Used up: the same change takes new approvals.
  std::error_code none;
  std::filesystem::remove_all(subject.folder, none);
  HALLMARK_TRY(const StepReport composed, sign_suites(root, {wanted.suite}));
  Json details = answer.body;
  details["changed"] = true;
  return StepReport{in_words(wanted) + "; " + composed.summary +
                        "\nhosts serve the old indices until 'hallmark publish'",
                    details};
}

Result<Json> phased_packages(TerminalRoot& root) {
  HALLMARK_TRY(const Json releases, ask_for_rollouts(root, Json::object()));
  // One file may belong to several releases.
  std::set<std::pair<std::string, std::string>> seen;
  Json out = Json::array();
  for (const Json& release : releases) {
    const std::string suite = text_of(release, "suite");
    for (const Json& package : release.value("packages", Json::array())) {
      const uint64_t percentage = package.value("percentage", uint64_t{100});
      const std::string sha256 = text_of(package, "sha256");
      if (percentage >= 100 || !seen.emplace(suite, sha256).second) continue;
      out.push_back({{"suite", suite}, {"sha256", sha256}, {"percentage", percentage}});
    }
  }
  return out;
}

}  // namespace hallmark
