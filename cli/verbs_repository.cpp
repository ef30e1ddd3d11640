#include <memory>

#include "cli/repository.hpp"
#include "cli/verbs.hpp"

namespace hallmark {
namespace {

struct RepositoryOptions {
  std::string suite;
  std::vector<std::string> paths;
  std::vector<std::string> suites;
  std::string output;
};
using Options = std::shared_ptr<RepositoryOptions>;

Status run_include(CommandLine& line, const RepositoryOptions& options) {
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  HALLMARK_TRY(const StepReport report, include_files(root, options.suite, options.paths));
  line.screen.answer(report.details, report.summary);
  return ok_status();
}

Status run_compose(CommandLine& line, const RepositoryOptions& options) {
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  HALLMARK_TRY(const std::vector<ComposedSuite> suites, compose_suites(root, options.suites));
  HALLMARK_TRY(const StepReport report, export_tree(root, suites, options.output));
  line.screen.answer(report.details, report.summary);
  return ok_status();
}

std::string describe(const Json& package) {
  std::string text;
  for (const char* key : {"suite", "component", "package", "version", "architecture"}) {
    text += (text.empty() ? "" : " ") + package.value(key, std::string());
  }
  return text + "\n";
}

Status run_list(CommandLine& line, const RepositoryOptions& options) {
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  HALLMARK_TRY(const Json packages, list_packages(root, options.suite));
  std::string text;
  for (const Json& package : packages) text += describe(package);
  line.screen.answer(Json{{"packages", packages}}, text);
  return ok_status();
}

}  // namespace

void add_repository_verbs(CLI::App& app, CommandLine& line) {
  CLI::App* repo = app.add_subcommand("repo", "The repository, without the rest");
  repo->require_subcommand(1);
  auto options = std::make_shared<RepositoryOptions>();

  CLI::App* include = repo->add_subcommand("include", "Add packages to a suite");
  include->add_option("SUITE", options->suite, "SUITE or SUITE/COMPONENT")->required();
  include->add_option("PATH", options->paths, "a .deb file, or a folder of them")->required();
  include->footer(
      "Example:\n  hallmark repo include stable ./debs\n\n"
      "The signer signs a suite only when it has accepted every package in it.");
  include->callback(
      [&line, options] { line.run = [&line, options] { return run_include(line, *options); }; });

  CLI::App* compose = repo->add_subcommand("compose", "Write an unsigned repository to a folder");
  compose->add_option("SUITE", options->suites, "suites; all when none is named");
  compose->add_option("-o,--output", options->output, "the folder")->required();
  compose->footer("Example:\n  hallmark repo compose stable -o /tmp/repository");
  compose->callback(
      [&line, options] { line.run = [&line, options] { return run_compose(line, *options); }; });

  CLI::App* list = repo->add_subcommand("list", "List the packages in the repository");
  list->add_option("SUITE", options->suite, "one suite only");
  list->footer("Example:\n  hallmark repo list stable");
  list->callback(
      [&line, options] { line.run = [&line, options] { return run_list(line, *options); }; });
}

}  // namespace hallmark
