#include "cli/rollout.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "cli/own_log.hpp"
#include "cli/sync.hpp"
#include "core/debian_version.hpp"
#include "core/digest.hpp"
#include "core/safe_path.hpp"

namespace hallmark {
namespace {

// A release as a suite has it.
struct Standing {
  std::string version;
  std::string suite;
  std::vector<Sha256Digest> after;
  uint64_t share = 100;
  bool even = true;  // is it that of every package?
};

Standing read_standing(ObjectReader& reader) {
  Standing out{reader.text("version"), reader.text("suite"), {}, reader.unsigned_integer("share")};
  static_cast<void>(reader.text("product"));
  const uint64_t lowest = reader.unsigned_integer("lowest");
  out.even = lowest == out.share && reader.unsigned_integer("highest") == out.share;
  for (const std::string& hex : reader.texts("after")) {
    const Result<Sha256Digest> digest = Sha256Digest::from_hex(hex);
    if (!digest.ok()) reader.fail("after", "must hold SHA-256 digests");
    if (digest.ok()) out.after.push_back(*digest);
  }
  return out;
}

Result<std::vector<Standing>> standing_releases(TerminalRoot& root, const std::string& product) {
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-sign", Json{{"type", "rollouts"}, {"product", product}}));
  HALLMARK_TRY(const JsonDocument document,
               JsonDocument::parse(answer.body.dump(), "answer of hallmark-sign"));
  std::vector<Standing> out;
  {
    ObjectReader reader(document);
    reader.each("rollouts", [&](ObjectReader& entry) { out.push_back(read_standing(entry)); });
  }
  HALLMARK_CHECK(document.status());
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
    const bool higher =
        chosen == nullptr || compare_debian_versions(release.version, chosen->version) > 0;
    if (higher) chosen = &release;
  }
  if (chosen == nullptr) {
    return failed(options.product + (options.version.empty() ? "" : " " + options.version),
                  options.suite.empty() ? "is in no suite" : "is not in suite " + options.suite,
                  "hallmark repo list");
  }
  if (suites.size() > 1) return several_suites(suites, options);
  return *chosen;
}

Result<Standing> read_release(TerminalRoot& root, const RolloutOptions& options) {
  if (!is_plain_name(options.product)) {
    return usage_error("'" + options.product + "'", "is not a product's name");
  }
  HALLMARK_TRY(const std::vector<Standing> releases, standing_releases(root, options.product));
  return choose(releases, options);
}

Result<RolloutStatement> statement_of(const TerminalRoot& root, const RolloutOptions& options,
                                      const Standing& release, uint64_t share) {
  HALLMARK_TRY(const std::string policy, root.policy_text());
  HALLMARK_TRY(const Terminal terminal, root.terminal());
  return RolloutStatement{options.product, sha256(policy), release.version,
                          release.suite,   release.after,  release.share,
                          share,           terminal.group, 0};
}

ApprovalSubject approval_of_rollout(const TerminalRoot& root, const RolloutStatement& statement) {
  return ApprovalSubject{
      root.layout(),
      root.layout().rollout(statement.product, statement.version,
                            statement.suite + "_" + std::to_string(statement.from) + "_" +
                                std::to_string(statement.to)),
      with_expiry(statement)};
}

Result<Message> ask_signer(TerminalRoot& root, const RolloutStatement& wanted,
                           const ApprovalSubject& subject) {
  HALLMARK_TRY(const Policy policy, root.policy());
  HALLMARK_TRY(const ApprovalFiles approvals, read_approval_files(subject));
  Json after = Json::array();
  for (const Sha256Digest& statement : wanted.after) after.push_back(statement.hex());
  HALLMARK_TRY(const Json published, published_checkpoints(root));
  Json request = {{"type", "rollout"},
                  {"product", wanted.product},
                  {"version", wanted.version},
                  {"suite", wanted.suite},
                  {"after", after},
                  {"from", wanted.from},
                  {"to", wanted.to},
                  {"published_checkpoints", published}};
  add_approval(policy, approvals, request);
  return root.request("hallmark-sign", request);
}

std::string in_words(const std::string& product, const Standing& release, uint64_t share) {
  const std::string name = product + " " + release.version + " in suite " + release.suite + ": ";
  if (share == 0) return name + "halted, no machine upgrades to it";
  if (share == 100) return name + "every machine upgrades to it";
  return name + std::to_string(share) + "% of the machines upgrade to it";
}

// Also what an earlier call left undone: the signer knows, and no index says so yet.
Result<StepReport> sign_suite_of(TerminalRoot& root, const RolloutOptions& options,
                                 const Standing& release, uint64_t share, bool changed) {
  HALLMARK_TRY(const StepReport composed, sign_suites(root, {release.suite}));
  return StepReport{in_words(options.product, release, share) + "; " + composed.summary +
                        "\nhosts serve the old indices until 'hallmark publish'",
                    Json{{"version", release.version},
                         {"suite", release.suite},
                         {"share", share},
                         {"changed", changed}}};
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
  const std::optional<uint64_t> share = share_from_text(options.share);
  if (!share) {
    return usage_error("'" + options.share + "'", "is no share of the machines",
                       "such as 25%, 100% or halt");
  }
  catch_up(root);
  HALLMARK_TRY(const Standing release, read_release(root, options));
  const bool settled = release.even || !release.after.empty();
  if (release.share == *share && settled) {
    return sign_suite_of(root, options, release, *share, false);
  }
  HALLMARK_TRY(const RolloutStatement wanted, statement_of(root, options, release, *share));
  const ApprovalSubject subject = approval_of_rollout(root, wanted);
  HALLMARK_CHECK(prepare_approval(root, subject, options.approval.approve));
  if (options.approval.approve_only) return approve_only_report(subject);
  HALLMARK_TRY(const Message answer, ask_signer(root, wanted, subject));
  return sign_suite_of(root, options, release, answer.body.value("share", *share), true);
}

Result<Json> phased_packages(TerminalRoot& root, const std::string& suite) {
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-sign", Json{{"type", "phased"}, {"suite", suite}}));
  Json out = Json::array();
  const Json phased = answer.body.value("phased", Json::object());
  for (const auto& [percentage, packages] : phased.items()) {
    const std::optional<uint64_t> share = share_from_text(percentage);
    if (!share) return failed("answer of hallmark-sign", "has a share that is none");
    out.push_back({{"suite", suite}, {"percentage", *share}, {"packages", packages}});
  }
  return out;
}

}  // namespace hallmark
