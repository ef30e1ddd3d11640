#include <memory>

#include "cli/bundle.hpp"
#include "cli/run_on_terminal.hpp"

namespace hallmark {
namespace {

struct ExportArguments {
  std::vector<std::string> names;  // PRODUCT VERSION, in turn
  std::string output;
};

Result<std::vector<ReleaseName>> in_pairs(const std::vector<std::string>& names) {
  if (names.size() % 2 != 0) {
    return usage_error("'" + names.back() + "'", "has no version", "hallmark bundle export --help");
  }
  std::vector<ReleaseName> releases;
  for (std::size_t i = 0; i < names.size(); i += 2) releases.push_back({names[i], names[i + 1]});
  return releases;
}

void add_export(CLI::App& bundle, CommandLine& line) {
  auto given = std::make_shared<ExportArguments>();
  CLI::App* verb = bundle.add_subcommand("export", "Write what is fetched of releases onto media");
  verb->add_option("PRODUCT VERSION", given->names, "which releases; each was fetched here")
      ->required();
  verb->add_option("-o,--output", given->output,
                   "the new folder, or the new tar file if it ends in .tar")
      ->required();
  verb->footer(
      "Examples:\n  hallmark bundle export figlet 2.2.5-3 -o /media/stick/figlet\n"
      "  hallmark bundle export figlet 2.2.5-3 hello 2.10-3 -o /media/stick/monday.tar\n\n"
      "For a terminal without a network, which has the same locks: hallmark bundle import.");
  verb->callback([&line, given] {
    line.run = [&line, given] {
      return run_on_terminal(line, [given](TerminalRoot& root) -> Result<StepReport> {
        HALLMARK_TRY(const std::vector<ReleaseName> releases, in_pairs(given->names));
        return export_bundle(root, releases, given->output);
      });
    };
  });
}

void add_import(CLI::App& bundle, CommandLine& line) {
  auto path = std::make_shared<std::string>();
  CLI::App* verb =
      bundle.add_subcommand("import", "Bring what media carry into quarantine, by the locks");
  verb->add_option("PATH", *path, "the folder, or the tar file, that bundle export wrote")
      ->required();
  verb->footer(
      "Example:\n  hallmark bundle import /media/stick/figlet && hallmark release\n\n"
      "Safe to run again when it was stopped: it goes on. What was imported is refused.");
  verb->callback([&line, path] {
    line.run = [&line, path] {
      return run_on_terminal(line,
                             [path](TerminalRoot& root) { return import_bundle(root, *path); });
    };
  });
}

}  // namespace

void add_bundle_verbs(CLI::App& app, CommandLine& line) {
  CLI::App* bundle =
      app.add_subcommand("bundle", "Carry what is fetched to a terminal without a network");
  bundle->require_subcommand(1);
  add_export(*bundle, line);
  add_import(*bundle, line);
}

}  // namespace hallmark
