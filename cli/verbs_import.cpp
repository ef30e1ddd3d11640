#include <ctime>
#include <memory>

#include "cli/import.hpp"
#include "cli/run_on_terminal.hpp"
#include "cli/verbs.hpp"

namespace hallmark {
namespace {

struct ImportArguments {
  ImportOptions options;
  std::string destination;           // SUITE or SUITE/COMPONENT
  std::vector<std::string> sources;  // .deb files, and folders of them
};

Status run_import(CommandLine& line, const ImportArguments& given) {
  return run_approval(line, given.options.approval, [&](TerminalRoot& root) {
    return import_to_suite(root, given.options, given.destination, given.sources);
  });
}

}  // namespace

void add_import_verb(CLI::App& app, CommandLine& line) {
  auto given = std::make_shared<ImportArguments>();
  CLI::App* verb = app.add_subcommand("import", "Release packages that were built elsewhere");
  verb->add_option("PRODUCT", given->options.release.product, "whose packages they are")
      ->required();
  verb->add_option("VERSION", given->options.release.version, "the version that they are")
      ->required();
  verb->add_option("SUITE", given->destination, "the suite, or SUITE/COMPONENT")->required();
  verb->add_option("FILE", given->sources, ".deb files, or folders of them")->required();
  verb->add_flag("--renew", given->options.renew,
                 "replace the manifest that exists (its approvals lose their force)");
  add_approval_options(*verb, given->options.approval);
  verb->footer(
      "Example:\n  hallmark import tool 1.0-1 stable *.deb --key ~/.ssh/id_ed25519 --approve-only\n"
      "\n"
      "Shows what the files are, by reading them, and writes their digests into a manifest. "
      "People\n"
      "approve of the manifest, each on a machine of their own that has the files. The policy "
      "must\n"
      "take 'prebuilt' there, or 'hallmark allow lower-evidence' has let it.");
  verb->callback([&line, given] {
    line.run = [&line, given] {
      given->options.approval.approve.now = std::time(nullptr);
      return run_import(line, *given);
    };
  });
}

}  // namespace hallmark
