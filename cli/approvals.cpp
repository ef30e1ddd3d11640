#include "cli/approvals.hpp"

#include "cli/last_release.hpp"
#include "cli/lock_words.hpp"
#include "cli/review/change.hpp"
#include "cli/tag_check.hpp"
#include "core/digest.hpp"

namespace hallmark {
namespace {

constexpr const char* kLockEnding = ".lock.json";

// What the files say, so that nobody signs digests alone.
Status show_release(const TerminalRoot& root, const ReleaseName& release,
                    const ReleaseFiles& files) {
  HALLMARK_TRY(const std::string group, root.group());
  std::string text = "for the terminals of group " + group + ":\n";
  for (const std::string& line : lock_words(files.lock)) text += one_line(line) + "\n";
  HALLMARK_TRY(const SinceLast last, changes_since_last(root, release, files));
  const bool same = !last.version.empty() && last.changes.empty();
  text += last.heading() + (same ? ": nothing but the version\n" : ":\n");
  for (const LockChange& change : last.changes) {
    text += (change.alert ? "  ! " : "    ") + one_line(change.words) + "\n";
  }
  root.screen().note(text);
  return ok_status();
}

// What the signer will ask of the lock. On a clone nobody else has looked at it yet, and what is
// shown of the source and asked at its origin is the lock's.
Status check_that_lock_is_of_product(const ReleaseName& release, const ReleaseFiles& files) {
  const Product& product = files.product;
  const LockedSource& source = files.lock.source;
  bool same = files.lock.product_sha256 == sha256(files.product_text) &&
              files.lock.product == release.product && files.lock.version == release.version &&
              product.name == release.product && source.kind == product.origin.kind;
  if (source.kind == OriginKind::kGit) {
    same =
        same && source.url == product.origin.url && source.tag == product.tag_for(release.version);
  }
  if (same) return ok_status();
  return verification_error("lock of " + release.text(),
                            "was not made from this product file for this version",
                            "pin it again, and find out who changed it");
}

Status ask_origin(const TerminalRoot& root, const Lock& lock, bool offline) {
  const Screen& screen = root.screen();
  if (offline) {
    screen.warn("the source's origin was not asked whether it still has what was pinned");
    return ok_status();
  }
  if (lock.source.kind != OriginKind::kGit) {
    screen.note("the source has no tag to ask for: its files are pinned by hash");
    return ok_status();
  }
  HALLMARK_TRY(const std::string told, check_tag(lock, root.layout().root));
  screen.note(one_line(told));
  return ok_status();
}

}  // namespace

Result<std::vector<std::string>> pinned_versions(const TerminalRoot& root,
                                                 const ReleaseName& release) {
  const auto folder = root.layout().lock(release.product, release.version).parent_path();
  std::vector<std::string> out;
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failure)) {
    const std::string name = entry.path().filename();
    if (name.ends_with(kLockEnding)) {
      out.push_back(name.substr(0, name.size() - std::string(kLockEnding).size()));
    }
  }
  if (failure) return failed(folder, "cannot be read: " + failure.message());
  return out;
}

Result<ApprovalSubject> release_approval(const TerminalRoot& root, const ReleaseName& release,
                                         const ReleaseFiles& files) {
  HALLMARK_TRY(const std::string policy, root.policy_text());
  ApprovalStatement statement;
  statement.action = "release";
  statement.product = release.product;
  statement.product_sha256 = sha256(files.product_text);
  statement.policy_sha256 = sha256(policy);
  statement.version = release.version;
  statement.lock_sha256 = sha256(files.lock_text);
  statement.suites = approval_suites(files.lock.targets);
  HALLMARK_TRY(statement.terminal_group, root.group());
  return ApprovalSubject{root.layout(), root.layout().approvals(release.product, release.version),
                         with_expiry(statement)};
}

Result<StepReport> approve_release(TerminalRoot& root, const ReleaseName& release,
                                   const ReleaseApproveOptions& options) {
  HALLMARK_TRY(const Policy policy, root.policy());
  // Read once: what is shown is what is signed.
  HALLMARK_TRY(const ReleaseFiles files, read_release_files(root, release));
  HALLMARK_TRY(const ApprovalSubject subject, release_approval(root, release, files));
  HALLMARK_CHECK(show_release(root, release, files));
  // A terminal has the tag's objects from its fetcher, and no other network.
  if (root.layout().is_clone) {
    HALLMARK_CHECK(check_that_lock_is_of_product(release, files));
    HALLMARK_CHECK(ask_origin(root, files.lock, options.offline));
  }
  HALLMARK_CHECK(sign_statement(root.screen(), policy, subject, options.approve));
  HALLMARK_TRY(const ApprovalFiles after, read_approval_files(subject));
  return approvals_report(who_approved(policy, after),
                          people_needed(policy, files.product, files.lock.targets));
}

Result<StepReport> check_approvals(TerminalRoot& root, const ReleaseName& release) {
  HALLMARK_TRY(const Policy policy, root.policy());
  HALLMARK_TRY(const ReleaseFiles release_files, read_release_files(root, release));
  HALLMARK_TRY(const ApprovalSubject subject, release_approval(root, release, release_files));
  HALLMARK_TRY(const ApprovalFiles files, read_approval_files(subject));
  std::vector<std::string> people;
  // Signatures of a statement for another lock, policy or product count for nothing.
  if (is_current(files, subject)) people = who_approved(policy, files);
  const uint64_t needed = people_needed(policy, release_files.product, release_files.lock.targets);
  StepReport report = approvals_report(people, needed);
  if (people.size() >= needed) return report;
  return policy_error(release.text(), "has " + report.summary,
                      "hallmark approve " + release.text() + " --key FILE");
}

}  // namespace hallmark
