#include "cli/approval_options.hpp"

namespace hallmark {

void add_approval_options(CLI::App& verb, ApprovalOptions& options) {
  verb.add_option("--key", options.approve.key,
                  "sign first: SSH private key, or a public key whose agent has the other half");
  verb.add_option("--valid-days", options.approve.valid_days, "how long a new statement is valid")
      ->check(CLI::Range(1, 90))
      ->capture_default_str();
  verb.add_flag("--approve-only", options.approve_only,
                "write the statement, and sign it if there is a key; nothing else");
}

Status prepare_approval(const TerminalRoot& root, const ApprovalSubject& subject,
                        const ApproveOptions& options) {
  if (!options.key.empty()) {
    HALLMARK_TRY(const Policy policy, root.policy());
    return sign_statement(root.screen(), policy, subject, options);
  }
  const auto written = write_statement(subject, options);
  if (!written.ok()) return written.error();
  return ok_status();
}

StepReport approve_only_report(const ApprovalSubject& subject) {
  return StepReport{"the statement and its signatures are in " + subject.folder.string(),
                    Json{{"folder", subject.folder.string()}}};
}

}  // namespace hallmark
