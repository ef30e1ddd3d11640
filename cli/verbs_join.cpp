// terminal invite, terminal enrol, terminal list.
#include <memory>

#include "cli/enrol.hpp"
#include "cli/join.hpp"
#include "cli/run_on_terminal.hpp"
#include "cli/sync.hpp"
#include "cli/verbs.hpp"

namespace hallmark {
namespace {

struct EnrolArguments {
  std::string folder;
  std::string sha256;
};

Status run_invite(CommandLine& line, const std::string& folder) {
  return run_on_terminal(line, [&](TerminalRoot& root) { return invite_terminal(root, folder); });
}

Status run_enrol(CommandLine& line, const EnrolArguments& arguments) {
  const Result<Sha256Digest> expected = Sha256Digest::from_hex(arguments.sha256);
  if (!expected.ok()) {
    return usage_error("--sha256", "is no SHA-256: 64 digits in lower-case hexadecimal",
                       "'hallmark terminal invite' printed it; 'hallmark policy show --json' does");
  }
  return run_on_terminal(line, [&](TerminalRoot& root) {
    return enrol_terminal(root, {arguments.folder, *expected});
  });
}

Status run_list(CommandLine& line) {
  return run_on_terminal(line, [&](TerminalRoot& root) { return list_terminals(root); });
}

void add_invite(CLI::App& terminal, CommandLine& line) {
  auto folder = std::make_shared<std::string>();
  CLI::App* verb = terminal.add_subcommand(
      "invite", "Write what a terminal that joins needs of this one; all of it is public");
  verb->add_option("DIR", *folder, "the folder to make")->required();
  verb->footer("Example:\n  hallmark terminal invite /media/stick/invitation");
  verb->callback(
      [&line, folder] { line.run = [&line, folder] { return run_invite(line, *folder); }; });
}

void add_enrol(CLI::App& terminal, CommandLine& line) {
  auto arguments = std::make_shared<EnrolArguments>();
  CLI::App* verb =
      terminal.add_subcommand("enrol", "Take the group's policy as the first of this terminal");
  verb->add_option("DIR", arguments->folder,
                   "as 'hallmark terminal invite' wrote it; without, where no terminal of the "
                   "group is left: what was proposed and approved in the releases repository");
  verb->add_option("--sha256", arguments->sha256,
                   "the policy's digest, from the group: what 'hallmark policy show --json' says "
                   "there, or the new-policy of the statement that was approved")
      ->required();
  verb->footer(
      "Examples:\n  hallmark terminal enrol /media/stick/invitation --sha256 4f2c...\n"
      "  hallmark terminal enrol --sha256 4f2c...     # every terminal of the group was lost\n\n"
      "After 'hallmark init --join' and 'hallmark keys restore'.");
  verb->callback([&line, arguments] {
    line.run = [&line, arguments] { return run_enrol(line, *arguments); };
  });
}

}  // namespace

void add_join_verbs(CLI::App& app, CommandLine& line) {
  CLI::App* terminal = app.add_subcommand("terminal", "Several terminals of one group");
  terminal->require_subcommand(1);
  add_invite(*terminal, line);
  add_enrol(*terminal, line);
  CLI::App* list =
      terminal->add_subcommand("list", "The terminals of the group, as this one knows them");
  list->footer("Example:\n  hallmark terminal list --json");
  list->callback([&line] { line.run = [&line] { return run_list(line); }; });
}

}  // namespace hallmark
