// hallmark: the release manager's command. It holds no secret: it reads files, talks to the
// programs that hold something, and shows what they say.
#include <signal.h>
#include <sys/stat.h>

#include <iostream>

#include "cli/verbs.hpp"

namespace hallmark {
namespace {

constexpr const char* kDefaultRoot = "/var/lib/hallmark";

int usage_failure(const CommandLine& line, const CLI::ParseError& error) {
  line.screen.error(
      usage_error("usage", error.what(), "try 'hallmark --help' or 'hallmark VERB --help'"));
  return static_cast<int>(ErrorKind::kUsage);
}

void describe_app(CLI::App& app, CommandLine& line) {
  app.description("Releases .deb packages and Android apps from an isolated terminal.");
  app.footer(
      "Exit codes: 0 done, 1 failed, 2 usage, 3 verification refused, 4 policy or approval "
      "refused,\n"
      "5 remote trouble (safe to run again), 130 interrupted.");
  app.set_version_flag("--version", HALLMARK_VERSION);
  app.require_subcommand(1);
  // Options of the whole command may stand before or after the verb.
  app.fallthrough();
  app.add_option("--root", line.root, "the terminal's state folder")
      ->envname("HALLMARK_ROOT")
      ->default_val(kDefaultRoot);
  app.add_flag_callback(
      "--json", [&line] { line.screen.set_json(true); }, "answer in JSON");
}

// Servers are other users' programs: what they answer may be of any shape, and a library may throw
// at it.
Status run_verb(const CommandLine& line) {
  try {
    return line.run();
  } catch (const std::exception& exception) {
    return failed("hallmark", exception.what());
  }
}

int run(int argc, char** argv) {
  CommandLine line;
  CLI::App app;
  app.name("hallmark");
  describe_app(app, line);
  add_pin_verb(app, line);
  add_release_verbs(app, line);
  add_bundle_verbs(app, line);
  add_review_verb(app, line);
  add_import_verb(app, line);
  add_promote_verb(app, line);
  add_rollout_verb(app, line);
  add_withdraw_verb(app, line);
  add_attest_verbs(app, line);
  add_allow_verbs(app, line);
  add_terminal_verbs(app, line);
  add_sync_verb(app, line);
  add_join_verbs(app, line);
  add_key_verbs(app, line);
  add_clock_verbs(app, line);
  add_repository_verbs(app, line);
  add_policy_verbs(app, line);
  add_suite_verbs(app, line);
  add_apk_verbs(app, line);
  add_log_verbs(app, line);
  add_rebuild_verb(app, line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    return usage_failure(line, error);
  }
  const Status status = run_verb(line);
  if (status.ok()) return 0;
  line.screen.error(status.error());
  return static_cast<int>(status.error().kind);
}

}  // namespace
}  // namespace hallmark

// Exceptions of libraries are caught where they are called; what is left is to be out of memory.
int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  static_cast<void>(::signal(SIGPIPE, SIG_IGN));
  ::umask(022);
  return hallmark::run(argc, argv);
}
