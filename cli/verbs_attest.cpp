#include <memory>

#include "cli/attest.hpp"
#include "cli/run_on_terminal.hpp"
#include "cli/verbs.hpp"

namespace hallmark {
namespace {

void add_attest_import(CLI::App& attest, CommandLine& line) {
  auto files = std::make_shared<std::vector<std::string>>();
  CLI::App* verb =
      attest.add_subcommand("import", "Take in what rebuilders say of what they built");
  verb->add_option("FILE", *files, "attestations, as 'hallmark rebuild' writes them")->required();
  verb->footer(
      "Example:\n  hallmark attest import /media/usb/*.attestation.json\n\n"
      "They are kept in releases/attestations/PRODUCT/VERSION/, for ever. One that says that\n"
      "something else came out stops the release, until 'hallmark allow dissent' overrules it.");
  verb->callback([&line, files] {
    line.run = [&line, files] {
      return run_on_terminal(line,
                             [&](TerminalRoot& root) { return import_attestations(root, *files); });
    };
  });
}

void add_attest_list(CLI::App& attest, CommandLine& line) {
  auto release = std::make_shared<ReleaseName>();
  CLI::App* verb = attest.add_subcommand("list", "Who has rebuilt a release, and what came of it");
  verb->add_option("PRODUCT", release->product, "a file of releases/products, without .json")
      ->required();
  verb->add_option("VERSION", release->version, "a version of it")->required();
  verb->footer("Example:\n  hallmark attest list figlet 2.2.5-3");
  verb->callback([&line, release] {
    line.run = [&line, release] {
      return run_on_terminal(line,
                             [&](TerminalRoot& root) { return list_attestations(root, *release); });
    };
  });
}

}  // namespace

void add_attest_verbs(CLI::App& app, CommandLine& line) {
  CLI::App* attest = app.add_subcommand("attest", "What rebuilders say of releases");
  attest->require_subcommand(1);
  add_attest_import(*attest, line);
  add_attest_list(*attest, line);
}

}  // namespace hallmark
