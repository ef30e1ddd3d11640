#include <algorithm>
#include <memory>

#include "cli/init.hpp"
#include "cli/own_log.hpp"
#include "cli/terminal_root.hpp"
#include "cli/verbs.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxKeyFile = uint64_t{1} << 20U;

// The command line's own shapes of what init wants.
struct InitArguments {
  InitOptions init;
  std::vector<std::string> approvers;  // NAME=FILE
  std::vector<std::string> apk_keys;   // NAME[:ALGORITHM][:OPTION=VALUE]...
  std::string host;                    // NAME=ADDRESS:PORT
  PackageHost details;
};

Result<Approver> read_approver(const std::string& argument) {
  const std::size_t equals = argument.find('=');
  if (equals == std::string::npos) {
    return usage_error("--approver " + argument, "is not NAME=FILE", "--approver alice=alice.pub");
  }
  HALLMARK_TRY(std::string line, read_file(argument.substr(equals + 1), kMaxKeyFile));
  std::erase(line, '\n');
  return Approver{argument.substr(0, equals), {line}};
}

// "h1=192.0.2.7:22"; an IPv6 address stands in brackets, as in a URL.
Result<PackageHost> read_host(const InitArguments& arguments) {
  const std::string& text = arguments.host;
  const std::size_t equals = text.find('=');
  const std::size_t colon = text.rfind(':');
  const std::string port = colon == std::string::npos ? "" : text.substr(colon + 1);
  const bool digits = !port.empty() && port.size() <= 5 &&
                      port.find_first_not_of("0123456789") == std::string::npos;
  if (equals == std::string::npos || !digits || colon < equals || std::stoi(port) > 65535) {
    return usage_error("--host " + text, "is not NAME=ADDRESS:PORT", "--host h1=192.0.2.7:22");
  }
  PackageHost host = arguments.details;
  host.name = text.substr(0, equals);
  host.address = text.substr(equals + 1, colon - equals - 1);
  if (host.address.starts_with('[') && host.address.ends_with(']')) {
    host.address = host.address.substr(1, host.address.size() - 2);
  }
  host.port = static_cast<uint16_t>(std::stoi(port));
  if (host.host_key.empty() || host.urls.empty()) {
    return usage_error("--host " + text, "needs --host-key and --url",
                       "the host's public key is pinned, and what it serves is checked");
  }
  return host;
}

Status run_init(CommandLine& line, const InitArguments& arguments) {
  InitOptions options = arguments.init;
  options.root = line.root;
  if (options.demo) {
    options.name = "demo";
    options.group = "demo";
    options.application = "org.example.hallmark.hello";
  }
  for (const std::string& argument : arguments.approvers) {
    HALLMARK_TRY(Approver approver, read_approver(argument));
    options.approvers.push_back(std::move(approver));
  }
  for (const std::string& argument : arguments.apk_keys) {
    HALLMARK_TRY(ApkKeyPlan plan, parse_apk_key_plan(argument));
    options.apk_keys.push_back(std::move(plan));
  }
  if (!arguments.host.empty()) {
    HALLMARK_TRY(PackageHost host, read_host(arguments));
    options.hosts.push_back(std::move(host));
  }
  HALLMARK_CHECK(init_terminal(options, line.screen));
  const std::string next =
      "\nnext: give the package host the key that 'hallmark keys export --publishing' prints,\n"
      "      write releases/products/NAME.json, then 'hallmark pin NAME VERSION'";
  line.screen.answer(
      Json{{"root", options.root}, {"name", options.name}, {"demo", options.demo}},
      "terminal " + options.name + " is ready in " + options.root +
          (options.demo ? " (demo: throwaway keys; nothing it signs is to be trusted)" : "") +
          next);
  return ok_status();
}

std::string describe_suite(const Json& suite) {
  std::string text = "suite " + suite.value("name", std::string()) + ": " +
                     std::to_string(suite.value("packages", 0)) + " package(s)";
  if (suite.contains("date")) {
    text += ", signed " + suite.value("date", std::string()) + ", valid until " +
            suite.value("valid_until", std::string());
  }
  return text + "\n";
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

void add_init(CLI::App& app, CommandLine& line) {
  auto arguments = std::make_shared<InitArguments>();
  InitOptions& init = arguments->init;
  arguments->details.user = "publish";
  arguments->details.docroot = "/www";
  CLI::App* verb = app.add_subcommand("init", "Make a terminal: folder, users, keys, policy");
  verb->add_flag("--demo", init.demo,
                 "a throwaway terminal that asks nothing and marks all it signs");
  verb->add_option("--name", init.name, "this terminal's name")->capture_default_str();
  verb->add_option("--group", init.group, "the terminals that may release the same")
      ->capture_default_str();
  verb->add_option("--origin", init.origin, "who makes the releases: Origin and Label of Release");
  verb->add_option("--suite", init.suite, "the repository's first suite")->capture_default_str();
  verb->add_option("--codename", init.codename, "its codename (default: the suite's name)");
  verb->add_option("--component", init.components, "its components")->capture_default_str();
  verb->add_option("--architecture", init.architectures,
                   "its architectures (default: this machine's)");
  verb->add_option("--application", init.application,
                   "an Android application that the last APK key signs");
  verb->add_option("--apk-key", arguments->apk_keys,
                   "NAME[:ALGORITHM][:OPTION=VALUE]...; repeat it (default: app:rsa4096)");
  verb->add_option("--approver", arguments->approvers,
                   "NAME=FILE with an SSH public key; repeat it");
  verb->add_option("--threshold", init.threshold, "how many people must approve")
      ->capture_default_str();
  verb->add_option("--host", arguments->host, "package host, NAME=ADDRESS:PORT");
  verb->add_option("--host-user", arguments->details.user, "user there")->capture_default_str();
  verb->add_option("--host-key", arguments->details.host_key, "its public host key, pinned");
  verb->add_option("--docroot", arguments->details.docroot, "served folder, as SFTP sees it")
      ->capture_default_str();
  verb->add_option("--url", arguments->details.urls, "public address of the docroot; repeat it");
  verb->footer(
      "Examples:\n  hallmark init --demo --root /tmp/terminal\n"
      "  hallmark init --origin 'Example Project' --approver alice=alice.pub --approver "
      "bob=bob.pub\n\n"
      "Never makes a terminal over: a folder that holds one is refused.");
  verb->callback(
      [&line, arguments] { line.run = [&line, arguments] { return run_init(line, *arguments); }; });
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
  add_init(app, line);
  CLI::App* status = app.add_subcommand("status", "What the signer has accepted and signed");
  status->footer("Example:\n  hallmark status --json");
  status->callback([&line] { line.run = [&line] { return run_status(line); }; });
  add_keys(app, line);
}

}  // namespace hallmark
