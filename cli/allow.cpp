#include "cli/allow.hpp"

#include "cli/own_log.hpp"
#include "cli/sync.hpp"
#include "core/digest.hpp"
#include "core/safe_path.hpp"

namespace hallmark {
namespace {

// Digest and group, which are the terminal's.
template <typename Statement>
Result<ApprovalSubject> approval_of(const TerminalRoot& root, Statement statement,
                                    const std::string& name) {
  HALLMARK_TRY(const std::string policy, root.policy_text());
  statement.policy_sha256 = sha256(policy);
  HALLMARK_TRY(statement.terminal_group, root.group());
  return ApprovalSubject{root.layout(), root.layout().allowance(statement.product, name),
                         with_expiry(statement)};
}

Result<Message> ask_signer(TerminalRoot& root, const ApprovalSubject& subject, Json request) {
  catch_up(root);
  HALLMARK_TRY(const Policy policy, root.policy());
  HALLMARK_TRY(const ApprovalFiles approvals, read_approval_files(subject));
  HALLMARK_TRY(request["published_checkpoints"], published_checkpoints(root));
  add_approval(policy, approvals, request);
  return root.request("hallmark-sign", request);
}

// A day ends with its last second.
Result<int64_t> read_end(const std::string& text) {
  return parse_utc(text.size() == std::string("2026-12-31").size() ? text + "T23:59:59Z" : text);
}

Status check_product(const std::string& product) {
  if (is_plain_name(product)) return ok_status();
  return usage_error("'" + product + "'", "is not a product's name");
}

Result<LowerEvidenceStatement> read_wanted(const LowerEvidenceOptions& options) {
  LowerEvidenceStatement wanted = options.wanted;
  const std::optional<Evidence> level = builders_evidence_from_name(options.level);
  if (!level) return usage_error(options.level, "is not prebuilt, built or reproduced");
  wanted.evidence = *level;
  const Result<int64_t> until = read_end(options.until);
  if (!until.ok()) return usage_error("--until " + options.until, "is no day, such as 2026-12-31");
  wanted.until = *until;
  return wanted;
}

Result<DissentStatement> read_wanted(const DissentOptions& options) {
  DissentStatement wanted = options.wanted;
  if (!is_version_name(wanted.version) || !is_plain_name(wanted.owner)) {
    return usage_error("'" + wanted.version + " " + wanted.owner + "'",
                       "is not a version and a rebuilder");
  }
  if (!is_statement_text(wanted.reason)) {
    return usage_error("--reason", "must be one line of printable text, at most 200 bytes");
  }
  for (const std::string& hex : options.attestations) {
    const Result<Sha256Digest> digest = Sha256Digest::from_hex(hex);
    if (!digest.ok()) return usage_error("'" + hex + "'", "is no attestation's SHA-256");
    wanted.attestations.push_back(*digest);
  }
  const Result<Sha256Digest> outcome = Sha256Digest::from_hex(options.outcome);
  if (!outcome.ok()) return usage_error("--outcome " + options.outcome, "is no SHA-256");
  wanted.outcome = *outcome;
  return wanted;
}

}  // namespace

Result<StepReport> allow_lower_version(TerminalRoot& root, const LowerVersionOptions& options) {
  const LowerVersionStatement& wanted = options.wanted;
  HALLMARK_CHECK(check_product(wanted.product));
  if (!is_plain_name(wanted.suite) || !is_version_name(wanted.version_wanted)) {
    return usage_error("'" + wanted.suite + " " + wanted.version_wanted + "'",
                       "is not a suite and a version");
  }
  if (!is_statement_text(wanted.reason)) {
    return usage_error("--reason", "must be one line of printable text, at most 200 bytes");
  }
  HALLMARK_TRY(
      const ApprovalSubject subject,
      approval_of(root, wanted, "lower-version_" + wanted.suite + "_" + wanted.version_wanted));
  HALLMARK_CHECK(prepare_approval(root, subject, options.approval.approve));
  if (options.approval.approve_only) return approve_only_report(subject);
  HALLMARK_TRY(const Message answer, ask_signer(root, subject,
                                                Json{{"type", "allow-lower-version"},
                                                     {"product", wanted.product},
                                                     {"suite", wanted.suite},
                                                     {"packages", wanted.packages},
                                                     {"version_now", wanted.version_now},
                                                     {"version_wanted", wanted.version_wanted},
                                                     {"reason", wanted.reason}}));
  return StepReport{wanted.version_wanted + " may come into suite " + wanted.suite +
                        ", once, until " + answer.body.value("expires", std::string()),
                    answer.body};
}

Result<StepReport> allow_lower_evidence(TerminalRoot& root, const LowerEvidenceOptions& options) {
  HALLMARK_CHECK(check_product(options.wanted.product));
  HALLMARK_TRY(const LowerEvidenceStatement wanted, read_wanted(options));
  HALLMARK_TRY(const ApprovalSubject subject,
               approval_of(root, wanted, "lower-evidence_" + options.level));
  HALLMARK_CHECK(prepare_approval(root, subject, options.approval.approve));
  if (options.approval.approve_only) return approve_only_report(subject);
  HALLMARK_TRY(const Message answer, ask_signer(root, subject,
                                                Json{{"type", "allow-lower-evidence"},
                                                     {"product", wanted.product},
                                                     {"suites", wanted.suites},
                                                     {"evidence", options.level},
                                                     {"owner", wanted.owner},
                                                     {"until", format_utc(wanted.until)}}));
  return StepReport{"evidence '" + options.level + "' is enough for " + wanted.product + " until " +
                        answer.body.value("until", std::string()),
                    answer.body};
}

Result<StepReport> allow_dissent(TerminalRoot& root, const DissentOptions& options) {
  HALLMARK_CHECK(check_product(options.wanted.product));
  HALLMARK_TRY(const DissentStatement wanted, read_wanted(options));
  HALLMARK_TRY(const ApprovalSubject subject,
               approval_of(root, wanted, "dissent_" + wanted.version + "_" + wanted.owner));
  HALLMARK_CHECK(prepare_approval(root, subject, options.approval.approve));
  if (options.approval.approve_only) return approve_only_report(subject);
  HALLMARK_TRY(const Message answer, ask_signer(root, subject,
                                                Json{{"type", "allow-dissent"},
                                                     {"product", wanted.product},
                                                     {"version", wanted.version},
                                                     {"owner", wanted.owner},
                                                     {"attestations", options.attestations},
                                                     {"outcome", options.outcome},
                                                     {"reason", wanted.reason}}));
  return StepReport{"what " + wanted.owner + " said of " + wanted.product + " " + wanted.version +
                        " does not stand in its way",
                    answer.body};
}

}  // namespace hallmark
