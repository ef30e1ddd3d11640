// hallmark repo import: another tool's repository, taken over.
#include <ctime>
#include <memory>

#include "cli/repo_import.hpp"
#include "cli/run_on_terminal.hpp"
#include "cli/verbs.hpp"

namespace hallmark {
namespace {

Status run_repo_import(CommandLine& line, const RepoImportOptions& options) {
  return run_approval(line, options.import.approval,
                      [&](TerminalRoot& root) { return import_repository(root, options); });
}

void add_options(CLI::App* verb, RepoImportOptions& options) {
  verb->add_option("TREE", options.tree,
                   "a copy of the repository: the folder with dists/ and pool/")
      ->required();
  verb->add_option("PRODUCT", options.import.release.product, "whose packages they become")
      ->required();
  verb->add_option("VERSION", options.import.release.version, "what this import is called")
      ->required();
  verb->add_option("--keyring", options.keyring, "the OpenPGP key that signs it now")->required();
  verb->add_option("--suite", options.suites,
                   "FROM=SUITE or FROM=SUITE/COMPONENT: one of its suites, and where it goes; "
                   "without, each suite of the policy that it has");
  verb->add_option("--without", options.without,
                   "leave one package out: SUITE/PACKAGE_VERSION_ARCHITECTURE");
  verb->add_flag("--renew", options.import.renew,
                 "replace the manifest that exists (its approvals lose their force)");
  add_approval_options(*verb, options.import.approval);
}

}  // namespace

void add_repository_import_verb(CLI::App& repo, CommandLine& line) {
  auto options = std::make_shared<RepoImportOptions>();
  CLI::App* verb = repo.add_subcommand("import", "Take over a repository that another tool made");
  add_options(verb, *options);
  verb->footer(
      "Example:\n  rsync -a old.example.org:/srv/repo/ old/\n"
      "  hallmark repo import old archive 2026.11 --keyring old-key.asc --key ~/.ssh/id_ed25519 "
      "--approve-only\n\n"
      "Reads what its signature vouches for: of each suite the newest version of each package.\n"
      "Says what its users will notice and what is left behind. People approve of one manifest, as "
      "for\n'hallmark import'; PRODUCT's file is drafted if there is none.");
  verb->callback([&line, options] {
    line.run = [&line, options] {
      options->import.approval.approve.now = std::time(nullptr);
      return run_repo_import(line, *options);
    };
  });
}

}  // namespace hallmark
