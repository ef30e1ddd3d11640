#include <ctime>
#include <memory>

#include "cli/policy_change.hpp"
#include "cli/run_on_terminal.hpp"
#include "cli/verbs.hpp"

namespace hallmark {
namespace {

Status run_show(CommandLine& line) {
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  HALLMARK_TRY(const Message answer, root.request("hallmark-sign", Json{{"type", "policy"}}));
  const std::string in_force = answer.body.value("policy", std::string());
  HALLMARK_TRY(const std::string file, root.policy_text());
  if (file != in_force) {
    line.screen.warn(
        "policy.json is not the policy in force, so no approval made from it counts: "
        "run 'hallmark policy change' again, or restore the file");
  }
  line.screen.answer(answer.body, in_force);
  return ok_status();
}

Status run_diff(CommandLine& line) {
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open_or_clone(line.root, line.screen));
  HALLMARK_TRY(const std::vector<PolicyDifference> differences, proposed_differences(root));
  line.screen.answer(Json{{"differences", to_json(differences)}}, describe(differences));
  return ok_status();
}

void add_propose(CLI::App& policy, CommandLine& line) {
  auto options = std::make_shared<ProposeOptions>();
  CLI::App* verb = policy.add_subcommand("propose", "Put another policy up for approval");
  verb->add_option("FILE", options->file, "the whole new policy")->required();
  verb->add_option("--openpgp-key", options->openpgp_keys,
                   "armoured public key that is new in it; repeat it");
  verb->add_option("--apk-certificate", options->apk_certificates,
                   "NAME=FILE, the DER certificate of an APK key that is new in it; repeat it");
  verb->add_option("--valid-days", options->approve.valid_days, "how long the statement is valid")
      ->check(CLI::Range(1, 90))
      ->capture_default_str();
  verb->footer("Example:\n  hallmark policy propose new-policy.json");
  verb->callback([&line, options] {
    line.run = [&line, options] {
      options->approve.now = std::time(nullptr);
      return run_on_terminal_or_clone(
          line, [&](TerminalRoot& root) { return propose_policy(root, *options); });
    };
  });
}

void add_approve(CLI::App& policy, CommandLine& line) {
  auto options = std::make_shared<ApproveOptions>();
  CLI::App* verb =
      policy.add_subcommand("approve", "Show what the proposal changes, and sign its approval");
  verb->add_option("--key", options->key,
                   "SSH private key, or a public key whose agent has the other half")
      ->required();
  verb->add_option("--valid-days", options->valid_days, "how long a new statement is valid")
      ->check(CLI::Range(1, 90))
      ->capture_default_str();
  verb->footer("Example:\n  hallmark policy approve --key ~/.ssh/id_ed25519");
  verb->callback([&line, options] {
    line.run = [&line, options] {
      options->now = std::time(nullptr);
      return run_on_terminal_or_clone(
          line, [&](TerminalRoot& root) { return approve_policy(root, *options); });
    };
  });
}

}  // namespace

void add_policy_verbs(CLI::App& app, CommandLine& line) {
  CLI::App* policy = app.add_subcommand("policy", "The rules of this terminal, and their change");
  policy->require_subcommand(1);
  CLI::App* show = policy->add_subcommand("show", "Print the policy that the signer works from");
  show->footer("Example:\n  hallmark policy show > new-policy.json");
  show->callback([&line] { line.run = [&line] { return run_show(line); }; });
  CLI::App* diff = policy->add_subcommand("diff", "What the proposed policy would change");
  diff->footer("Example:\n  hallmark policy diff");
  diff->callback([&line] { line.run = [&line] { return run_diff(line); }; });
  add_propose(*policy, line);
  add_approve(*policy, line);
  CLI::App* change =
      policy->add_subcommand("change", "Have the signer put the approved proposal in force");
  change->footer("Example:\n  hallmark policy change");
  change->callback(
      [&line] { line.run = [&line] { return run_on_terminal(line, change_policy); }; });
}

}  // namespace hallmark
