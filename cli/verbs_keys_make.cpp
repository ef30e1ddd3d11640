// hallmark keys make.
#include <fcntl.h>

#include <ctime>
#include <memory>
#include <utility>

#include "cli/init_folder.hpp"
#include "cli/key_keeper.hpp"
#include "cli/made_words.hpp"
#include "cli/publishing_keys.hpp"
#include "cli/releases_folder.hpp"
#include "cli/terminal_root.hpp"
#include "cli/verbs.hpp"
#include "core/model/approval.hpp"

namespace hallmark {
namespace {

struct MakeOptions {
  std::string apk_key;
  bool openpgp = false;
  bool publishing = false;
  uint64_t spare_subkeys = 0;
};

// Where the public halves go, as files for `policy propose`. Opened before a key is made, so that
// none is made for nothing.
struct MadeFolder {
  std::filesystem::path path;
  UniqueFd fd;

  static Result<MadeFolder> open(const Layout& layout) {
    const std::filesystem::path path = layout.releases() / "made";
    HALLMARK_TRY(UniqueFd fd, make_release_folder(layout, path));
    return MadeFolder{path, std::move(fd)};
  }
  // Returns its path.
  Result<std::string> write(const std::string& name, const std::string& text) const {
    HALLMARK_CHECK(write_file_atomic(fd.get(), name, text, 0644));
    return (path / name).string();
  }
};

// Several keys of one owner are told apart by when they were made.
std::string user_id_of(const std::string& owner) {
  return owner + " archive " + format_utc(std::time(nullptr)).substr(0, 10);
}

Status make_openpgp(CommandLine& line, const TerminalRoot& root, const KeyKeeper& keeper,
                    const MakeOptions& options) {
  HALLMARK_TRY(const MadeFolder folder, MadeFolder::open(root.layout()));
  HALLMARK_TRY(const Policy policy, root.policy());
  root.screen().note("making an OpenPGP key: ed25519");
  HALLMARK_TRY(const MadeOpenPgpKey key,
               make_openpgp_key(keeper, user_id_of(policy.origin), options.spare_subkeys));
  HALLMARK_TRY(const std::string path, folder.write(key.fingerprint + ".asc", key.public_key));
  line.screen.answer(Json{{"fingerprint", key.fingerprint},
                          {"spare_subkeys", key.spare_subkeys},
                          {"public_key", path}},
                     describe_made_openpgp(key, path));
  return ok_status();
}

// What takes over from this key already. Null: nothing.
const ApkKeyPolicy* newer_than(const Policy& policy, const std::string& name) {
  for (const ApkKeyPolicy& key : policy.apk_keys) {
    if (key.rotates && key.rotates->key == name) return &key;
  }
  return nullptr;
}

// The usual mistakes, before a key is made that no policy could take up.
Status check_plan(const Policy& policy, const ApkKeyPlan& plan) {
  const std::string subject = "APK key " + plan.policy.name;
  if (policy.apk_key(plan.policy.name) != nullptr) {
    return failed(subject, "is in the policy already",
                  "give the new one another name; it takes over from this one with :rotates=" +
                      plan.policy.name);
  }
  if (!plan.policy.rotates) return ok_status();
  const std::string& older = plan.policy.rotates->key;
  if (policy.apk_key(older) == nullptr) {
    return failed(subject, "cannot take over from '" + older + "', which the policy has not",
                  "hallmark keys list");
  }
  const ApkKeyPolicy* newer = newer_than(policy, older);
  if (newer != nullptr) {
    return failed(subject, "cannot take over from '" + older + "': '" + newer->name + "' has",
                  ":rotates=" + newer->name);
  }
  if (!policy.fdroid || policy.fdroid->key != older) return ok_status();
  return failed(subject, "cannot take over from '" + older + "', the key of the F-Droid repository",
                "that key stays for as long as its users do");
}

// A key that waits for its policy would be lost among those that no policy names.
Status check_that_none_waits(const MadeFolder& folder, const std::string& name) {
  const std::string file = "apk-" + name + ".json";
  if (::faccessat(folder.fd.get(), file.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) != 0) {
    return ok_status();
  }
  return failed((folder.path / file).string(), "is there already: such a key was made before",
                "propose that one, by this entry; or take the file away");
}

Status make_apk(CommandLine& line, const TerminalRoot& root, const KeyKeeper& keeper,
                const ApkKeyPlan& plan) {
  HALLMARK_TRY(const MadeFolder folder, MadeFolder::open(root.layout()));
  HALLMARK_TRY(const Policy policy, root.policy());
  HALLMARK_CHECK(check_plan(policy, plan));
  HALLMARK_CHECK(check_that_none_waits(folder, plan.policy.name));
  root.screen().note("making an APK key: " + plan.algorithm);
  const std::string& name = plan.policy.name;
  HALLMARK_TRY(const ApkKey key, make_apk_key(keeper, plan, policy.origin + " " + name));
  HALLMARK_TRY(const std::string path, folder.write("apk-" + name + ".der", key.certificate));
  const Json entry = to_json(key.policy);
  // Nothing else tells which of the agent's keys it is.
  HALLMARK_TRY(const std::string entry_file,
               folder.write("apk-" + name + ".json", entry.dump(2) + "\n"));
  line.screen.answer(Json{{"apk_key", entry}, {"entry", entry_file}, {"certificate", path}},
                     describe_made_apk_key(key, path));
  return ok_status();
}

// Hosts know the one before it until their operators have put this one in its place.
Status make_publishing(CommandLine& line) {
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  HALLMARK_TRY(const Terminal terminal, root.terminal());
  HALLMARK_TRY(const std::string before, read_publishing_keys(root, kPublishingKey));
  HALLMARK_CHECK(root.need_agent(AgentKind::kPublishing, KeyFiles::kChange));
  HALLMARK_TRY(const AgentUsers users, agent_users(AgentKind::kPublishing));
  HALLMARK_CHECK(
      note_publishing_key(root, kFormerPublishingKeys, before.substr(0, before.find('\n'))));
  HALLMARK_TRY(const std::string key, make_next_publishing_key(root.layout(), users));
  HALLMARK_CHECK(write_publishing_key(root.layout(), key, terminal.name));
  line.screen.answer(Json{{"publishing_key", key}}, describe_made_publishing_key(key));
  return ok_status();
}

Status run_make(CommandLine& line, const MakeOptions& options) {
  const int asked = int{options.openpgp} + int{options.publishing} + int{!options.apk_key.empty()};
  if (asked != 1) {
    return usage_error("keys make", "takes exactly one of --openpgp, --apk-key and --publishing");
  }
  if (options.spare_subkeys != 0 && !options.openpgp) {
    return usage_error("--spare-subkeys", "are of an OpenPGP key", "--openpgp --spare-subkeys 3");
  }
  if (options.publishing) return make_publishing(line);
  ApkKeyPlan plan;
  if (!options.openpgp) {
    HALLMARK_TRY(plan, parse_apk_key_plan(options.apk_key));
  }
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  HALLMARK_CHECK(root.need_agent(AgentKind::kSigning, KeyFiles::kChange));
  HALLMARK_TRY(const AgentUsers users, agent_users(AgentKind::kSigning));
  const KeyKeeper keeper(root.layout().signing_keys(), users);
  return options.openpgp ? make_openpgp(line, root, keeper, options)
                         : make_apk(line, root, keeper, plan);
}

}  // namespace

void add_keys_make(CLI::App& keys, CommandLine& line) {
  auto options = std::make_shared<MakeOptions>();
  CLI::App* verb = keys.add_subcommand("make", "Make a key on this terminal, for a policy to name");
  verb->add_flag("--openpgp", options->openpgp, "an OpenPGP key, which signs suites");
  verb->add_option("--spare-subkeys", options->spare_subkeys,
                   "signing subkeys of it, for terminals that come later")
      ->check(CLI::Range(uint64_t{0}, kMostSpareSubkeys));
  verb->add_option("--apk-key", options->apk_key,
                   "an APK key: NAME[:ALGORITHM][:OPTION=VALUE]..., as init takes it");
  verb->add_flag("--publishing", options->publishing,
                 "an SSH key for the package hosts, in place of the one they know");
  verb->footer(
      "Examples:\n  hallmark keys make --apk-key new:p256:rotates=app\n"
      "  hallmark keys make --openpgp --spare-subkeys 3\n"
      "  hallmark keys make --publishing\n\n"
      "Nothing is signed with it before a policy that names it is approved.");
  verb->callback(
      [&line, options] { line.run = [&line, options] { return run_make(line, *options); }; });
}

}  // namespace hallmark
