// hallmark keys make.
#include <fcntl.h>

#include <ctime>
#include <memory>

#include "cli/made_words.hpp"
#include "cli/releases_folder.hpp"
#include "cli/terminal_root.hpp"
#include "cli/verbs.hpp"
#include "core/model/approval.hpp"

namespace hallmark {
namespace {

struct MakeOptions {
  std::string apk_key;
  bool openpgp = false;
  uint64_t spare_subkeys = 0;
};

std::filesystem::path made_folder(const TerminalRoot& root) {
  return root.layout().releases() / "made";
}

// Its public half, as a file for `policy propose`. Returns its path.
Result<std::string> write_public_half(const TerminalRoot& root, const std::string& name,
                                      const std::string& text) {
  HALLMARK_TRY(const UniqueFd folder, make_release_folder(root.layout(), made_folder(root)));
  HALLMARK_CHECK(write_file_atomic(folder.get(), name, text, 0644));
  return (made_folder(root) / name).string();
}

// Several keys of one owner are told apart by when they were made.
std::string user_id_of(const std::string& owner) {
  return owner + " archive " + format_utc(std::time(nullptr)).substr(0, 10);
}

Status make_openpgp(CommandLine& line, const TerminalRoot& root, const KeyKeeper& keeper,
                    const MakeOptions& options) {
  HALLMARK_TRY(const Policy policy, root.policy());
  root.screen().note("making an OpenPGP key: ed25519");
  HALLMARK_TRY(const OpenPgpKey key,
               make_openpgp_key(keeper, user_id_of(policy.origin), options.spare_subkeys));
  HALLMARK_TRY(const std::string path,
               write_public_half(root, key.fingerprint + ".asc", key.public_key));
  line.screen.answer(Json{{"fingerprint", key.fingerprint},
                          {"spare_subkeys", key.spare_subkeys},
                          {"public_key", path}},
                     describe_made_openpgp(key, path));
  return ok_status();
}

// Before a key is made that no policy could take up.
Status check_plan(const Policy& policy, const ApkKeyPlan& plan) {
  const std::string subject = "APK key " + plan.policy.name;
  if (policy.apk_key(plan.policy.name) != nullptr) {
    return failed(subject, "is in the policy already",
                  "give the new one another name; it takes over from this one with :rotates=" +
                      plan.policy.name);
  }
  const auto& rotates = plan.policy.rotates;
  if (!rotates || policy.apk_key(rotates->key) != nullptr) return ok_status();
  return failed(subject, "cannot take over from '" + rotates->key + "', which the policy has not",
                "hallmark keys list");
}

// A key that waits for its policy would be lost among those that no policy names.
Status check_that_none_waits(const TerminalRoot& root, const std::string& file) {
  HALLMARK_TRY(const UniqueFd folder, make_release_folder(root.layout(), made_folder(root)));
  if (::faccessat(folder.get(), file.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) != 0) return ok_status();
  return failed((made_folder(root) / file).string(), "is there already: such a key was made before",
                "propose that one, or take the file away");
}

Status make_apk(CommandLine& line, const TerminalRoot& root, const KeyKeeper& keeper,
                const MakeOptions& options) {
  HALLMARK_TRY(const ApkKeyPlan plan, parse_apk_key_plan(options.apk_key));
  HALLMARK_TRY(const Policy policy, root.policy());
  HALLMARK_CHECK(check_plan(policy, plan));
  const std::string file = "apk-" + plan.policy.name + ".der";
  HALLMARK_CHECK(check_that_none_waits(root, file));
  root.screen().note("making an APK key: " + plan.algorithm);
  HALLMARK_TRY(const ApkKey key,
               make_apk_key(keeper, plan, policy.origin + " " + plan.policy.name));
  HALLMARK_TRY(const std::string path, write_public_half(root, file, key.certificate));
  line.screen.answer(Json{{"apk_key", to_json(key.policy)}, {"certificate", path}},
                     describe_made_apk_key(key, path));
  return ok_status();
}

Status run_make(CommandLine& line, const MakeOptions& options) {
  if (options.openpgp == !options.apk_key.empty()) {
    return usage_error("keys make", "takes exactly one of --openpgp and --apk-key");
  }
  if (options.spare_subkeys != 0 && !options.openpgp) {
    return usage_error("--spare-subkeys", "are of an OpenPGP key", "--openpgp --spare-subkeys 3");
  }
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  HALLMARK_CHECK(root.need_agent(AgentKind::kSigning, KeyFiles::kChange));
  HALLMARK_TRY(const AgentUsers users, agent_users(AgentKind::kSigning));
  const KeyKeeper keeper(root.layout().signing_keys(), users);
  return options.openpgp ? make_openpgp(line, root, keeper, options)
                         : make_apk(line, root, keeper, options);
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
  verb->footer(
      "Examples:\n  hallmark keys make --apk-key new:p256:rotates=app\n"
      "  hallmark keys make --openpgp --spare-subkeys 3\n\n"
      "Nothing is signed with it before a policy that names it is approved.");
  verb->callback(
      [&line, options] { line.run = [&line, options] { return run_make(line, *options); }; });
}

}  // namespace hallmark
