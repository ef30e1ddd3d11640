#include <memory>

#include "cli/own_log.hpp"
#include "cli/terminal_root.hpp"
#include "cli/verbs.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxKeyFile = uint64_t{1} << 20U;

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

Status run_status(CommandLine& line) {
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
  const Json confinement = status.value("confinement", Json::object());
  if (confinement.value("landlock", 0) == 0) {
    text += "the signer's files are not confined: this kernel has no Landlock\n";
  }
  const Json log = status.value("log", Json::object());
  text += "release log: " + std::to_string(log.value("size", 0)) +
          " line(s), root sha256:" + log.value("root", std::string()) + "\n";
  line.screen.answer(status, text);
  return ok_status();
}

struct ExportOptions {
  bool archive = false;
  bool publishing = false;
  bool log = false;
  std::string apk;
};

Status export_log_key(CommandLine& line, const TerminalRoot& root) {
  HALLMARK_TRY(const NoteKey key, own_log_key(root));
  line.screen.answer(Json{{"key", key.vkey()}}, key.vkey() + "\n");
  return ok_status();
}

Status run_export(CommandLine& line, const ExportOptions& options) {
  HALLMARK_TRY(const TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  const Layout& layout = root.layout();
  const int asked =
      int{options.archive} + int{options.publishing} + int{options.log} + int{!options.apk.empty()};
  if (asked != 1) {
    return usage_error("keys export",
                       "takes exactly one of --archive, --publishing, --log and --apk");
  }
  if (options.log) return export_log_key(line, root);
  // public/ is the signer's folder: read only what is its own.
  std::string name = "public/archive-keyring.asc";
  if (!options.apk.empty()) name = "public/apk-" + options.apk + ".der";
  Result<UniqueFd> file = options.publishing
                              ? open_at(AT_FDCWD, layout.root / "keys/publishing.pub", O_RDONLY)
                              : root.open_of("hallmark-sign", name);
  if (!file.ok()) return file.error();
  if (options.publishing) name = "keys/publishing.pub";
  HALLMARK_TRY(const std::string key, read_all(file->get(), kMaxKeyFile, name));
  // A certificate is binary: base64 goes through any terminal.
  const std::string text = options.apk.empty() ? key : base64_encode(as_bytes(key));
  line.screen.answer(Json{{"file", (layout.root / name).string()}, {"key", text}}, text);
  return ok_status();
}

void add_keys(CLI::App& app, CommandLine& line) {
  CLI::App* keys = app.add_subcommand("keys", "The terminal's keys: their public halves");
  keys->require_subcommand(1);
  add_keys_backup(*keys, line);
  auto options = std::make_shared<ExportOptions>();
  CLI::App* verb = keys->add_subcommand("export", "Print a public key");
  verb->add_flag("--archive", options->archive,
                 "the OpenPGP key that signs the repository, armored");
  verb->add_flag("--publishing", options->publishing,
                 "the SSH key that uploads, for authorized_keys");
  verb->add_flag("--log", options->log,
                 "the key that signs the release log, as 'hallmark log check --key' takes it");
  verb->add_option("--apk", options->apk, "the certificate of this APK key, DER in base64");
  verb->footer("Example:\n  hallmark keys export --archive > example-archive-keyring.asc");
  verb->callback(
      [&line, options] { line.run = [&line, options] { return run_export(line, *options); }; });
}

}  // namespace

void add_terminal_verbs(CLI::App& app, CommandLine& line) {
  add_init_verb(app, line);
  CLI::App* status = app.add_subcommand("status", "What the signer has accepted and signed");
  status->footer("Example:\n  hallmark status --json");
  status->callback([&line] { line.run = [&line] { return run_status(line); }; });
  add_keys(app, line);
}

}  // namespace hallmark
