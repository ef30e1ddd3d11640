// repo keyring: the package with the archive's keys.
#include <memory>

#include "cli/clients/clients.hpp"
#include "cli/clients/keyring_package.hpp"
#include "cli/run_on_terminal.hpp"
#include "cli/verbs.hpp"

namespace hallmark {
namespace {

struct KeyringOptions {
  KeyringPackage package;
  std::string folder = ".";
};

Result<StepReport> write_package(const TerminalRoot& root, const KeyringOptions& options) {
  HALLMARK_TRY(const Policy policy, root.policy());
  HALLMARK_TRY(const std::string keyring, archive_keyring(root));
  HALLMARK_TRY(const std::string path,
               write_keyring_package(policy, keyring, options.package, options.folder));
  return StepReport{path, Json{{"file", path}}};
}

}  // namespace

void add_repository_keyring_verb(CLI::App& repo, CommandLine& line) {
  auto options = std::make_shared<KeyringOptions>();
  CLI::App* verb = repo.add_subcommand("keyring", "Write the package NAME-archive-keyring");
  verb->add_option("VERSION", options->package.version, "of the package")->required();
  verb->add_option("-o,--output", options->folder,
                   "the folder that it is written to; else this one");
  verb->add_flag("--unattended-upgrades", options->package.unattended_upgrades,
                 "with configuration that lets unattended-upgrades take packages from here");
  verb->footer(
      "Example:\n  hallmark repo keyring 2026.1 -o /tmp\n"
      "  hallmark import example-archive-keyring 2026.1 stable "
      "/tmp/example-archive-keyring_2026.1_all.deb --key ~/.ssh/alice\n\n"
      "Policy's \"clients\" names it. The same policy, keys and version give the same bytes here.");
  verb->callback([&line, options] {
    line.run = [&line, options] {
      return run_on_terminal(line,
                             [&](TerminalRoot& root) { return write_package(root, *options); });
    };
  });
}

}  // namespace hallmark
