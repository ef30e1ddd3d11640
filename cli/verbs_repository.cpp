#include <memory>

#include "cli/repository.hpp"
#include "cli/run_on_terminal.hpp"
#include "cli/steps/step.hpp"
#include "cli/verbs.hpp"

namespace hallmark {
namespace {

struct RepositoryOptions {
  std::string suite;
  std::vector<std::string> paths;
  std::vector<std::string> suites;
  std::string output;
  bool sign = false;
};
using Options = std::shared_ptr<RepositoryOptions>;

Status run_include(CommandLine& line, const RepositoryOptions& options) {
  return run_on_terminal(
      line, [&](TerminalRoot& root) { return include_files(root, options.suite, options.paths); });
}

// No suite that nobody has ever released to is signed by the way.
Status run_compose_signed(CommandLine& line, const RepositoryOptions& options) {
  if (options.suites.empty()) {
    return usage_error("--sign", "needs the suites by name", "hallmark repo compose --sign stable");
  }
  return run_on_terminal(line,
                         [&](TerminalRoot& root) { return sign_suites(root, options.suites); });
}

Status run_compose(CommandLine& line, const RepositoryOptions& options) {
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  HALLMARK_TRY(const std::vector<ComposedSuite> suites, compose_suites(root, options.suites));
  if (options.output.empty()) {
    const StepReport report = composed_report(root, suites);
    line.screen.answer(report.details, report.summary);
    return ok_status();
  }
  HALLMARK_TRY(const StepReport report, export_tree(root, suites, options.output));
  line.screen.answer(report.details, report.summary);
  return ok_status();
}

struct RemoveOptions {
  std::string suite;
  std::string package;
  std::string version;
  std::string architecture;
};

Status run_remove(CommandLine& line, const RemoveOptions& options) {
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  HALLMARK_TRY(const Message answer,
               root.request("hallmark-push",
                            Json{{"type", "remove"},
                                 {"packages",
                                  Json::array({Json{{"suite", options.suite},
                                                    {"package", options.package},
                                                    {"version", options.version},
                                                    {"architecture", options.architecture}}})}}));
  const uint64_t removed = answer.body.value("removed", uint64_t{0});
  if (removed == 0) {
    return failed(options.package + " " + options.version, "is not in suite " + options.suite,
                  "hallmark repo list " + options.suite);
  }
  line.screen.answer(answer.body, std::to_string(removed) + " removed");
  return ok_status();
}

void add_remove(CLI::App& repo, CommandLine& line) {
  auto options = std::make_shared<RemoveOptions>();
  CLI::App* verb = repo.add_subcommand("remove", "Take a package out of a suite");
  verb->add_option("SUITE", options->suite, "the suite")->required();
  verb->add_option("PACKAGE", options->package, "the package")->required();
  verb->add_option("VERSION", options->version, "its version")->required();
  verb->add_option("ARCHITECTURE", options->architecture, "of this architecture alone");
  verb->footer(
      "Example:\n  hallmark repo remove stable intruder 1.0\n\n"
      "For what was included and never accepted: the signer signs no suite that lacks an accepted "
      "package. To call one back: hallmark withdraw.");
  verb->callback(
      [&line, options] { line.run = [&line, options] { return run_remove(line, *options); }; });
}

}  // namespace

void add_repository_verbs(CLI::App& app, CommandLine& line) {
  CLI::App* repo = app.add_subcommand("repo", "The repository, without the rest");
  repo->require_subcommand(1);
  auto options = std::make_shared<RepositoryOptions>();

  CLI::App* include = repo->add_subcommand("include", "Add packages and sources to a suite");
  include->add_option("SUITE", options->suite, "SUITE or SUITE/COMPONENT")->required();
  include
      ->add_option("PATH", options->paths,
                   "a .deb, .dsc or .changes file, or a folder of the first two")
      ->required();
  include->footer(
      "Example:\n  hallmark repo include stable ./debs\n\n"
      "The signer signs a suite only when it has accepted every package in it.");
  include->callback(
      [&line, options] { line.run = [&line, options] { return run_include(line, *options); }; });

  add_remove(*repo, line);
  add_repository_care_verbs(*repo, line);
  add_repository_keyring_verb(*repo, line);
  add_repository_import_verb(*repo, line);

  CLI::App* compose =
      repo->add_subcommand("compose", "Write the indices, or an unsigned repository");
  compose->add_option("SUITE", options->suites, "suites; all when none is named");
  CLI::Option* output =
      compose->add_option("-o,--output", options->output, "copy the repository to this folder");
  compose
      ->add_flag("--sign", options->sign,
                 "have a Release of each of these suites signed: for what was adopted from other "
                 "terminals, or changed with the policy")
      ->excludes(output);
  compose->footer(
      "Examples:\n  hallmark repo compose stable\n"
      "  hallmark repo compose stable -o /tmp/repository\n"
      "  hallmark repo compose --sign stable && hallmark publish\n\n"
      "Without -o, in the terminal's own tree. Only what changed is written.");
  compose->callback([&line, options] {
    line.run = [&line, options] {
      return options->sign ? run_compose_signed(line, *options) : run_compose(line, *options);
    };
  });

  add_repository_list_verbs(*repo, line);
}

}  // namespace hallmark
