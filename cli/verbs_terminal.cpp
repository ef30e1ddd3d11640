#include <memory>

#include "cli/json_text.hpp"
#include "cli/sync.hpp"
#include "cli/terminal_root.hpp"
#include "cli/verbs.hpp"

namespace hallmark {
namespace {

std::string describe_suite(const Json& suite) {
  std::string text = "suite " + suite.value("name", std::string()) + ": " +
                     std::to_string(suite.value("packages", 0)) + " package(s)";
  if (suite.contains("date")) {
    text += ", signed " + suite.value("date", std::string()) + ", valid until " +
            suite.value("valid_until", std::string());
  }
  return text + "\n";
}

std::string describe_lowered(const Json& lowered) {
  return "lower evidence: '" + lowered.value("evidence", std::string()) + "' is enough for " +
         lowered.value("product", std::string()) + " in suite " +
         lowered.value("suite", std::string()) + " until " + lowered.value("until", std::string()) +
         ", " + std::to_string(lowered.value("days_left", 0)) + " day(s) left; owner " +
         lowered.value("owner", std::string()) + "\n";
}

std::string describe_rollout(const Json& release) {
  const uint64_t lowest = release.value("lowest", uint64_t{0});
  const uint64_t highest = release.value("highest", lowest);
  return "rollout: " + std::to_string(lowest) +
         (highest == lowest ? "" : " to " + std::to_string(highest)) +
         "% of the machines upgrade to " + text_of(release, "product") + " " +
         text_of(release, "version") + " in suite " + text_of(release, "suite") + "\n";
}

Status run_status(CommandLine& line, bool check) {
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  HALLMARK_TRY(const Message answer, root.request("hallmark-sign", Json{{"type", "status"}}));
  const Json& status = answer.body;
  std::string text =
      "terminal " + status.value("terminal", std::string()) + ", group " +
      status.value("group", std::string()) +
      (status.value("demo", false) ? ", demo: nothing it signs is to be trusted" : "") +
      "\naccepted artefacts: " + std::to_string(status.value("artefacts", 0)) + "\n";
  for (const Json& suite : status.value("suites", Json::array())) text += describe_suite(suite);
  for (const Json& lowered : status.value("lowered_evidence", Json::array())) {
    text += describe_lowered(lowered);
  }
  for (const Json& release : status.value("rollouts", Json::array())) {
    text += describe_rollout(release);
  }
  const Json confinement = status.value("confinement", Json::object());
  if (confinement.value("landlock", 0) == 0) {
    text += "the signer's files are not confined: this kernel has no Landlock\n";
  }
  const Json log = status.value("log", Json::object());
  text += "release log: " + std::to_string(log.value("size", 0)) +
          " line(s), root sha256:" + log.value("root", std::string()) + "\n";
  for (const Json& sibling : status.value("siblings", Json::array())) {
    text += sibling_in_words(sibling) + "\n";
  }
  const Json warnings = status.value("warnings", Json::array());
  for (const Json& warning : warnings) {
    text += "warning: " + warning.value("subject", std::string()) + ": " +
            warning.value("cause", std::string()) + "\n";
  }
  line.screen.answer(status, text);
  if (!check || warnings.empty()) return ok_status();
  return failed("status", "has " + std::to_string(warnings.size()) + " warning(s)",
                "hallmark status says which");
}

}  // namespace

void add_terminal_verbs(CLI::App& app, CommandLine& line) {
  add_init_verb(app, line);
  CLI::App* status = app.add_subcommand("status", "What the signer has accepted and signed");
  auto check = std::make_shared<bool>(false);
  status->add_flag("--check", *check, "exit with 1 if there is a warning: for monitoring");
  status->footer("Example:\n  hallmark status --json");
  status->callback(
      [&line, check] { line.run = [&line, check] { return run_status(line, *check); }; });
}

}  // namespace hallmark
