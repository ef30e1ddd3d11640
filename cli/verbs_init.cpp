// hallmark init, and the ceremony's questions.
#include <algorithm>
#include <iostream>
#include <memory>

#include "cli/init.hpp"
#include "cli/init_folder.hpp"
#include "cli/join.hpp"
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
  bool hold_ceremony = false;
  bool join = false;
  CeremonyPlan ceremony;
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

Status ask_for_approvers(InitArguments& arguments, Questions& questions) {
  for (;;) {
    HALLMARK_TRY(const std::string approver,
                 questions.ask("Approver, as NAME=FILE with an SSH public key; nothing when that "
                               "was all",
                               "", [](const std::string& answer) -> std::string {
                                 if (answer.empty()) return "";
                                 const auto read = read_approver(answer);
                                 return read.ok() ? "" : read.error().message();
                               }));
    if (approver.empty()) break;
    arguments.approvers.push_back(approver);
  }
  HALLMARK_TRY(const std::string threshold,
               questions.ask("How many of them must approve a release",
                             std::to_string(arguments.init.threshold),
                             [](const std::string& answer) -> std::string {
                               const bool digit = answer.size() == 1 && answer >= "1";
                               return digit && answer <= "9" ? "" : "a number from 1 to 9";
                             }));
  arguments.init.threshold = std::stoul(threshold);
  return ok_status();
}

Status ask_for_spare_subkeys(InitOptions& init, Questions& questions) {
  HALLMARK_TRY(const std::string number,
               questions.ask("How many spare signing subkeys of the OpenPGP key", "3",
                             [](const std::string& answer) -> std::string {
                               const bool digit = answer.size() == 1 && answer >= "0";
                               return digit && answer <= "9" ? "" : "a number from 0 to 9";
                             }));
  init.spare_subkeys = std::stoul(number);
  return ok_status();
}

// The ceremony's questions: what the options did not say.
Status ask_for_options(CommandLine& line, InitArguments& arguments) {
  Questions questions(std::cin, line.screen);
  InitOptions& init = arguments.init;
  if (init.origin.empty()) {
    HALLMARK_TRY(init.origin, questions.ask("Who makes the releases", "", must_be_given));
  }
  if (init.application.empty()) {
    HALLMARK_TRY(
        init.application,
        questions.ask("Android application that the APK key signs; nothing for none", "", nullptr));
  }
  if (!init.spare_subkeys) HALLMARK_CHECK(ask_for_spare_subkeys(init, questions));
  if (arguments.approvers.empty()) HALLMARK_CHECK(ask_for_approvers(arguments, questions));
  HALLMARK_CHECK(ask_for_plan(arguments.ceremony, questions));
  line.screen.note("terminal " + init.name + " in " + line.root + ", for " + init.origin + ": " +
                   std::to_string(arguments.approvers.size()) + " approvers, of whom " +
                   std::to_string(init.threshold) + " must approve; " +
                   (arguments.ceremony.backup.file.empty()
                        ? "NO BACKUP of its keys"
                        : "keys backed up to " + arguments.ceremony.backup.file));
  return questions.confirm("Make these keys");
}

Status run_join(CommandLine& line, const InitOptions& options) {
  if (options.name.empty()) {
    return usage_error("--name", "is required with --join", "a name that no other terminal has");
  }
  HALLMARK_TRY(const JoiningKeys keys, join_group(options, line.screen));
  const Json entry = {{"terminal", options.name}, {"key", keys.log}};
  line.screen.answer(
      Json{{"root", options.root},
           {"name", options.name},
           {"demo", options.demo},
           {"log_key", entry},
           {"publishing_key", keys.publishing}},
      "terminal " + options.name + " is in " + options.root +
          ", and joins the group when the group approves:\n"
          "1. on a terminal of the group, put this into \"log_keys\" of a new policy, and "
          "'hallmark "
          "policy propose' it:\n     " +
          entry.dump() +
          "\n   then approve, 'hallmark policy change', 'hallmark publish', and 'hallmark terminal "
          "invite DIR'\n"
          "2. give the package hosts this key:\n     " +
          keys.publishing +
          "\n"
          "3. here: 'hallmark keys restore BACKUP --share ...', then 'hallmark terminal enrol DIR "
          "--sha256 DIGEST',\n   'hallmark sync' and 'hallmark publish', and git clone the "
          "releases repository into " +
          options.root + "/releases\n");
  return ok_status();
}

Status run_init(CommandLine& line, InitArguments& arguments) {
  if (arguments.hold_ceremony) {
    if (arguments.init.demo) {
      return usage_error("--ceremony", "is not for a throwaway terminal", "leave out --demo");
    }
    HALLMARK_CHECK(check_folder_is_free(line.root));
    HALLMARK_CHECK(ask_for_options(line, arguments));
    arguments.init.ceremony = arguments.ceremony;
  }
  InitOptions options = arguments.init;
  options.root = line.root;
  if (options.name.empty() && !arguments.join) options.name = options.demo ? "demo" : "terminal-1";
  if (options.demo) {
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
  if (arguments.join) return run_join(line, options);
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

}  // namespace

void add_init_verb(CLI::App& app, CommandLine& line) {
  auto arguments = std::make_shared<InitArguments>();
  InitOptions& init = arguments->init;
  arguments->details.user = "publish";
  arguments->details.docroot = "/www";
  CLI::App* verb = app.add_subcommand("init", "Make a terminal: folder, users, keys, policy");
  verb->add_flag("--demo", init.demo,
                 "a throwaway terminal that asks nothing and marks all it signs");
  CLI::Option* join = verb->add_flag("--join", arguments->join,
                                     "one more terminal for a group that has its keys and policy");
  verb->add_option("--name", init.name,
                   "this terminal's name (default: terminal-1, of a demo demo)");
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
  verb->add_option("--spare-subkeys", init.spare_subkeys,
                   "signing subkeys of the OpenPGP key that nothing uses until a policy names them")
      ->check(CLI::Range(uint64_t{0}, kMostSpareSubkeys));
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
  CLI::Option* ceremony =
      verb->add_flag("--ceremony", arguments->hold_ceremony,
                     "ask for what is missing; back the keys up, rehearse, write a record")
          ->excludes(join);
  verb->add_option("--backup", arguments->ceremony.backup.file,
                   "of the ceremony: the keys' backup, as 'hallmark keys backup' makes it")
      ->needs(ceremony);
  verb->add_option("--share", arguments->ceremony.backup.shares,
                   "a file for one person's share of the backup->needs(ceremony); repeat it");
  verb->add_option("--needed", arguments->ceremony.backup.needed, "how many shares open the backup")
      ->needs(ceremony)
      ->capture_default_str();
  verb->add_option("--record", arguments->ceremony.record, "a file for the ceremony's record")
      ->needs(ceremony);
  verb->footer(
      "Examples:\n  hallmark init --demo --root /tmp/terminal\n"
      "  hallmark init --origin 'Example Project' --approver alice=alice.pub --approver "
      "bob=bob.pub\n"
      "  hallmark init --ceremony\n"
      "  hallmark init --join --name terminal-2\n\n"
      "Never makes a terminal over: a folder that holds one is refused.");
  verb->callback(
      [&line, arguments] { line.run = [&line, arguments] { return run_init(line, *arguments); }; });
}

}  // namespace hallmark
