#include "cli/ceremony.hpp"

#include <unistd.h>

#include <ctime>

#include "cli/key_keeper.hpp"
#include "cli/qr_code.hpp"
#include "core/digest.hpp"
#include "core/model/approval.hpp"
#include "process/run.hpp"
#include "verify/log/log_key.hpp"
#include "verify/ssh_public_key.hpp"

namespace hallmark {
namespace {

std::string file_that_is_new(const std::string& path) {
  if (path.empty()) return "this needs an answer";
  const Status free = check_name_is_free(path);
  return free.ok() ? "" : free.error().message();
}

std::string fingerprint_of(const std::string& line) {
  const auto key = SshPublicKey::parse(line);
  return key.ok() ? key->fingerprint() : "unreadable";
}

// "any 2 of 3 shares, sha256:…"
Result<std::string> make_backup(TerminalRoot& root, const BackupPlan& plan, NewFiles& files) {
  if (plan.file.empty()) return std::string("none");
  root.screen().note("backing up, and opening the backup with every share");
  HALLMARK_TRY(const BackupReport report, back_up_keys(root, plan, files));
  return "any " + std::to_string(plan.needed) + " of " + std::to_string(plan.shares.size()) +
         " shares open sha256:" + report.sha256.hex();
}

// The rehearsal: the new key signs, and a program that has only its public half agrees.
Result<std::string> sign_and_check(const KeyKeeper& keeper, const SigningKeys& keys,
                                   const std::string& record) {
  Command sign = keeper.command("/usr/bin/gpg",
                                {"--batch", "--no-autostart", "--digest-algo", "SHA512",
                                 // "!": this key, and not its newest subkey.
                                 "--local-user", keys.openpgp.fingerprint + "!", "--clear-sign"});
  sign.stdin_text = record;
  HALLMARK_TRY(const std::string clear_signed, run_checked(sign, "rehearsal signature"));
  Command dearmor = keeper.command("/usr/bin/gpg", {"--batch", "--no-autostart", "--yes",
                                                    "--output", "ceremony.gpg", "--dearmor"});
  dearmor.stdin_text = keys.openpgp.public_key;
  HALLMARK_CHECK(run_checked(dearmor, "OpenPGP key"));
  Command check =
      keeper.command("/usr/bin/gpgv", {"--keyring", keeper.home() + "/ceremony.gpg", "-"});
  check.stdin_text = clear_signed;
  const auto checked = run_checked(check, "rehearsal signature");
  ::unlink((keeper.home() + "/ceremony.gpg").c_str());
  if (!checked.ok()) return checked.error();
  return clear_signed;
}

Status ask_for_shares(BackupPlan& plan, Questions& questions) {
  if (plan.shares.empty()) {
    for (;;) {
      const std::string number = std::to_string(plan.shares.size() + 1);
      HALLMARK_TRY(const std::string share,
                   questions.ask("File for share " + number + ", nothing when that was all", "",
                                 [](const std::string& answer) {
                                   return answer.empty() ? "" : file_that_is_new(answer);
                                 }));
      if (share.empty()) break;
      plan.shares.push_back(share);
    }
    HALLMARK_TRY(const std::string needed,
                 questions.ask("How many shares must open it", std::to_string(plan.needed),
                               [](const std::string& answer) -> std::string {
                                 const bool number = answer.size() == 1 && answer >= "2";
                                 return number && answer <= "9" ? "" : "a number from 2 to 9";
                               }));
    plan.needed = std::stoul(needed);
  }
  return check_backup_plan(plan);
}

}  // namespace

Status ask_for_plan(CeremonyPlan& plan, Questions& questions) {
  if (plan.backup.file.empty()) {
    HALLMARK_TRY(plan.backup.file,
                 questions.ask("File for the backup of the keys, on a medium; 'none' for none", "",
                               [](const std::string& answer) {
                                 return answer == "none" ? "" : file_that_is_new(answer);
                               }));
    if (plan.backup.file == "none") plan.backup.file.clear();
  }
  if (!plan.backup.file.empty()) HALLMARK_CHECK(ask_for_shares(plan.backup, questions));
  if (plan.record.empty()) {
    HALLMARK_TRY(plan.record, questions.ask("File for the record, to print", "ceremony-record.txt",
                                            file_that_is_new));
  }
  return ok_status();
}

std::string ceremony_record(const Terminal& terminal, const CeremonyFacts& facts,
                            const std::string& backup, const std::string& time) {
  const Policy& policy = facts.policy;
  std::string out = "Hallmark ceremony record\n";
  const auto line = [&out](const std::string& name, const std::string& value) {
    out += name + ": " + value + "\n";
  };
  line("terminal", terminal.name + " of group " + terminal.group);
  line("origin", policy.origin);
  line("time", time);
  line("policy", "sha256:" + sha256(facts.policy_text).hex());
  line("openpgp key", facts.keys.openpgp.fingerprint);
  for (const std::string& subkey : facts.keys.openpgp.spare_subkeys) line("spare subkey", subkey);
  for (const ApkKey& key : facts.keys.apk) {
    line("apk key " + key.policy.name, "certificate sha256:" + key.policy.certificate_sha256.hex());
  }
  const auto log = log_key_of(policy, terminal.name);
  line("log key", log.ok() ? log->vkey() : "none");
  line("publishing key", fingerprint_of(facts.publishing));
  for (const Approver& approver : policy.approvers) {
    for (const std::string& key : approver.keys) {
      line("approver " + approver.name, fingerprint_of(key));
    }
  }
  line("approvals needed", std::to_string(policy.threshold));
  line("backup", backup);
  return out;
}

Status check_ceremony(const CeremonyPlan& plan, const std::vector<Approver>& approvers) {
  for (const char* program :
       {"/usr/bin/ssss-split", "/usr/bin/ssss-combine", "/usr/bin/qrencode", "/usr/bin/gpgv"}) {
    if (::access(program, X_OK) != 0) {
      return failed(program, "is missing", "apt-get install gpgv qrencode ssss");
    }
  }
  if (!plan.backup.file.empty()) HALLMARK_CHECK(check_backup_files(plan.backup));
  if (plan.backup.file.empty() && !plan.backup.shares.empty()) {
    return usage_error("--share", "is of a backup, and there is none", "--backup FILE");
  }
  HALLMARK_CHECK(check_name_is_free(plan.record));
  constexpr std::size_t kMostApprovers = 40;  // the record, which is a line of the log, has limits
  if (approvers.size() <= kMostApprovers) return ok_status();
  return usage_error("--approver", "may be given 40 times at most",
                     "more can be added by a change of policy");
}

Result<std::string> hold_ceremony(TerminalRoot& root, const CeremonyPlan& plan,
                                  const CeremonyFacts& facts, NewFiles& files) {
  HALLMARK_TRY(const Terminal terminal, root.terminal());
  HALLMARK_TRY(const AgentUsers users, agent_users(AgentKind::kSigning));
  const KeyKeeper keeper(root.layout().signing_keys(), users);
  HALLMARK_TRY(const std::string backup, make_backup(root, plan.backup, files));
  const std::string record =
      ceremony_record(terminal, facts, backup, format_utc(std::time(nullptr)));
  HALLMARK_TRY(const std::string clear_signed, sign_and_check(keeper, facts.keys, record));
  root.screen().note("rehearsal: the OpenPGP key signed the record, and gpgv agrees");
  // What a stranger compares.
  HALLMARK_TRY(const std::string code,
               qr_code("hallmark record sha256:" + sha256(record).hex() + "\nopenpgp " +
                           facts.keys.openpgp.fingerprint +
                           "\npolicy sha256:" + sha256(facts.policy_text).hex() + "\n",
                       QrForm::kCharacters));
  HALLMARK_TRY(const int file, files.make(plan.record));
  HALLMARK_CHECK(write_all(file, clear_signed + "\n" + code));
  HALLMARK_CHECK(files.finish());
  return clear_signed;
}

}  // namespace hallmark
