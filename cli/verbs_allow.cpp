#include <ctime>
#include <memory>

#include "cli/allow.hpp"
#include "cli/run_on_terminal.hpp"
#include "cli/verbs.hpp"

namespace hallmark {
namespace {

void add_lower_version(CLI::App& allow, CommandLine& line) {
  auto options = std::make_shared<LowerVersionOptions>();
  LowerVersionStatement& wanted = options->wanted;
  CLI::App* verb = allow.add_subcommand(
      "lower-version", "Let packages come back in a lower version than was withdrawn, once");
  verb->add_option("PRODUCT", wanted.product, "whose packages they are")->required();
  verb->add_option("SUITE", wanted.suite, "the suite that they may come into")->required();
  verb->add_option("NOW", wanted.version_now, "the highest version that the suite has had")
      ->required();
  verb->add_option("WANTED", wanted.version_wanted, "the lower version")->required();
  verb->add_option("PACKAGE", wanted.packages, "the names of the packages")->required();
  verb->add_option("--reason", wanted.reason, "one line for the approvers and the log")->required();
  add_approval_options(*verb, options->approval);
  verb->footer(
      "Example:\n  hallmark allow lower-version figlet stable 2.2.6-1 2.2.5-4 figlet \\\n"
      "    --reason '2.2.6 breaks fonts' --key ~/.ssh/id_ed25519\n\n"
      "The higher versions must have been withdrawn. Who has them installed keeps them: apt does\n"
      "not go back by itself.");
  verb->callback([&line, options] {
    line.run = [&line, options] {
      options->approval.approve.now = std::time(nullptr);
      return run_approval(line, options->approval,
                          [&](TerminalRoot& root) { return allow_lower_version(root, *options); });
    };
  });
}

void add_lower_evidence(CLI::App& allow, CommandLine& line) {
  auto options = std::make_shared<LowerEvidenceOptions>();
  LowerEvidenceStatement& wanted = options->wanted;
  CLI::App* verb = allow.add_subcommand(
      "lower-evidence", "Let a product into suites with less evidence than the policy asks for");
  verb->add_option("PRODUCT", wanted.product, "which product")->required();
  verb->add_option("LEVEL", options->level, "prebuilt, built or reproduced")->required();
  verb->add_option("SUITE", wanted.suites, "the suites")->required();
  verb->add_option("--owner", wanted.owner, "the approver who sees to it that it ends")->required();
  verb->add_option("--until", options->until, "the last day, such as 2026-12-31 (UTC)")->required();
  add_approval_options(*verb, options->approval);
  verb->footer(
      "Example:\n  hallmark allow lower-evidence figlet prebuilt stable --owner alice \\\n"
      "    --until 2026-12-31 --key ~/.ssh/id_ed25519\n\n"
      "It ends by itself. 'hallmark status' shows what is in force, and the days left.");
  verb->callback([&line, options] {
    line.run = [&line, options] {
      options->approval.approve.now = std::time(nullptr);
      return run_approval(line, options->approval,
                          [&](TerminalRoot& root) { return allow_lower_evidence(root, *options); });
    };
  });
}

void add_dissent(CLI::App& allow, CommandLine& line) {
  auto options = std::make_shared<DissentOptions>();
  DissentStatement& wanted = options->wanted;
  CLI::App* verb =
      allow.add_subcommand("dissent", "Let a release go although a rebuilder got something else");
  verb->add_option("PRODUCT", wanted.product, "which product")->required();
  verb->add_option("VERSION", wanted.version, "which version")->required();
  verb->add_option("REBUILDER", wanted.owner, "who says so, by its name in the policy")->required();
  verb->add_option("ATTESTATION", options->attestations,
                   "the SHA-256 of what was said, as the refusal and 'attest list --json' have it")
      ->required();
  verb->add_option("--outcome", options->outcome,
                   "what is right instead: the SHA-256 of what 'sha256sum FILE...' prints of it")
      ->required();
  verb->add_option("--reason", wanted.reason, "one line for the approvers and the log")->required();
  add_approval_options(*verb, options->approval);
  verb->footer(
      "Example:\n  hallmark allow dissent figlet 2.2.5-3 north DIGEST --outcome DIGEST \\\n"
      "    --reason 'its clock was a year behind' --key ~/.ssh/id_ed25519\n\n"
      "Find out first which of the two is right: one of them is not what the source gives. Takes\n"
      "as many people as the policy asks for anywhere. What it says later is another dissent.");
  verb->callback([&line, options] {
    line.run = [&line, options] {
      options->approval.approve.now = std::time(nullptr);
      return run_approval(line, options->approval,
                          [&](TerminalRoot& root) { return allow_dissent(root, *options); });
    };
  });
}

}  // namespace

void add_allow_verbs(CLI::App& app, CommandLine& line) {
  CLI::App* allow =
      app.add_subcommand("allow", "Let the signer's rules ask for less, once or for a time");
  allow->require_subcommand(1);
  add_lower_version(*allow, line);
  add_lower_evidence(*allow, line);
  add_dissent(*allow, line);
}

}  // namespace hallmark
