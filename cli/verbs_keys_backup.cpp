// hallmark keys backup and restore.
#include <memory>

#include "cli/key_backup.hpp"
#include "cli/verbs.hpp"

namespace hallmark {
namespace {

struct RestoreOptions {
  std::string file;
  std::vector<std::string> shares;
  bool rehearse = false;
};

Json to_json(const BackupReport& report, const std::string& file) {
  return {{"file", file},
          {"sha256", report.sha256.hex()},
          {"size", report.size},
          {"keys", report.keys}};
}

std::string keys_in_words(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " private key" : " private keys");
}

Status run_backup(CommandLine& line, const BackupPlan& plan) {
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  NewFiles files;
  HALLMARK_TRY(const BackupReport report, back_up_keys(root, plan, files));
  HALLMARK_CHECK(files.finish());
  files.keep();
  line.screen.answer(to_json(report, plan.file),
                     plan.file + ": " + keys_in_words(report.keys) +
                         ", sha256:" + report.sha256.hex() + "\nany " +
                         std::to_string(plan.needed) + " of " + std::to_string(plan.shares.size()) +
                         " shares open it: each was read back and tried, and what the backup "
                         "holds compared with the keys\n");
  line.screen.note("give each share to another person, and keep none beside the backup");
  return ok_status();
}

Status run_restore(CommandLine& line, const RestoreOptions& options) {
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  const auto work = options.rehearse ? rehearse_restore : restore_keys;
  HALLMARK_TRY(const BackupReport report, work(root, options.file, options.shares));
  const std::string words =
      options.rehearse ? ": opens, and holds this terminal's " + keys_in_words(report.keys)
                       : ": " + keys_in_words(report.keys) + " brought back; others were there";
  line.screen.answer(to_json(report, options.file), options.file + words + "\n");
  return ok_status();
}

void add_backup(CLI::App& keys, CommandLine& line) {
  auto plan = std::make_shared<BackupPlan>();
  CLI::App* verb =
      keys.add_subcommand("backup", "Encrypt the signing keys for k of n people, and rehearse");
  verb->add_option("FILE", plan->file, "the backup to make")->required();
  verb->add_option("--share", plan->shares, "a file for one person's share; repeat it")->required();
  verb->add_option("--needed", plan->needed, "how many shares open the backup")
      ->capture_default_str();
  verb->footer(
      "Example:\n  hallmark keys backup /media/backup/keys.gpg --needed 2 --share /media/a/share "
      "\\\n"
      "    --share /media/b/share --share /media/c/share\n\n"
      "The passphrase is 256 random bits, split by ssss; the backup is a tar archive under gpg, "
      "and\nopens without Hallmark too.");
  verb->callback([&line, plan] { line.run = [&line, plan] { return run_backup(line, *plan); }; });
}

void add_restore(CLI::App& keys, CommandLine& line) {
  auto options = std::make_shared<RestoreOptions>();
  CLI::App* verb = keys.add_subcommand("restore", "Bring keys back from a backup, with its shares");
  verb->add_option("FILE", options->file, "the backup")->required();
  verb->add_option("--share", options->shares, "a person's share; repeat it")->required();
  verb->add_flag("--rehearse", options->rehearse,
                 "only open it, and compare it with the keys of this terminal");
  verb->footer(
      "Example:\n  hallmark keys restore /media/backup/keys.gpg --rehearse --share /media/a/share "
      "\\\n"
      "    --share /media/c/share\n\n"
      "Keys that the terminal has already stay as they are.");
  verb->callback(
      [&line, options] { line.run = [&line, options] { return run_restore(line, *options); }; });
}

}  // namespace

void add_keys_backup(CLI::App& keys, CommandLine& line) {
  add_backup(keys, line);
  add_restore(keys, line);
}

}  // namespace hallmark
