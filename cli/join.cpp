#include "cli/join.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "cli/first_policy.hpp"
#include "cli/init_folder.hpp"
#include "core/digest.hpp"

namespace hallmark {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMaxPublicFile = uint64_t{8} << 20U;  // bytes
constexpr const char* kKeyring = "archive-keyring.asc";

Result<JoiningKeys> make_joining_keys(TerminalRoot& root) {
  HALLMARK_CHECK(root.need_agent(AgentKind::kSigning, KeyFiles::kChange));
  HALLMARK_CHECK(root.need_agent(AgentKind::kPublishing, KeyFiles::kChange));
  HALLMARK_TRY(const AgentUsers keepers, agent_users(AgentKind::kSigning));
  HALLMARK_TRY(const AgentUsers push_keepers, agent_users(AgentKind::kPublishing));
  root.screen().note("making keys: ed25519 for the release log and for publishing");
  JoiningKeys keys;
  HALLMARK_TRY(keys.log, make_log_key(root.layout(), keepers));
  HALLMARK_TRY(keys.publishing, make_publishing_key(root.layout(), push_keepers));
  return keys;
}

// The team's repository is cloned into `releases`, which git wants empty.
Status empty_releases(const Layout& layout) {
  for (const char* folder : {"products", "approvals"}) {
    const fs::path path = layout.releases() / folder;
    if (::rmdir(path.c_str()) != 0) return errno_error(path, "cannot remove");
  }
  return ok_status();
}

Status make_joining_terminal(const InitOptions& options, TerminalRoot& root, JoiningKeys& keys) {
  const Layout& layout = root.layout();
  HALLMARK_CHECK(empty_releases(layout));
  HALLMARK_TRY(const std::string terminal, canonical_dump(to_json(first_terminal(options))));
  HALLMARK_TRY(const UniqueFd folder, open_dir(layout.root));
  HALLMARK_CHECK(write_file_atomic(folder.get(), "terminal.json", terminal, 0644));
  HALLMARK_TRY(keys, make_joining_keys(root));
  return write_publishing_key(layout, keys.publishing, options.name);
}

// Of the signer's folder: only what is its own.
Result<std::string> read_public(const TerminalRoot& root, const std::string& name) {
  HALLMARK_TRY(const UniqueFd file, root.open_of("hallmark-sign", "public/" + name));
  return read_all(file.get(), kMaxPublicFile, name);
}

std::vector<std::string> public_names(const Policy& policy) {
  std::vector<std::string> names = {kKeyring};
  for (const ApkKeyPolicy& key : policy.apk_keys) names.push_back("apk-" + key.name + ".der");
  return names;
}

Status check_names_terminal(const TerminalRoot& root, const Policy& policy) {
  HALLMARK_TRY(const Terminal terminal, root.terminal());
  if (policy.log_key(terminal.name) != nullptr) return ok_status();
  return policy_error("policy.json", "names no log key for terminal " + terminal.name,
                      "have the group approve of one that does: 'hallmark policy propose' there, "
                      "then 'hallmark terminal invite' again");
}

Result<Json> install_request(const fs::path& folder, const std::string& text,
                             const Policy& policy) {
  Json certificates = Json::array();
  for (const ApkKeyPolicy& key : policy.apk_keys) {
    HALLMARK_TRY(const std::string der,
                 read_file(folder / ("apk-" + key.name + ".der"), kMaxPublicFile));
    certificates.push_back({{"name", key.name}, {"der_base64", base64_encode(as_bytes(der))}});
  }
  HALLMARK_TRY(const std::string keyring, read_file(folder / kKeyring, kMaxPublicFile));
  return Json{{"type", "install-policy"},
              {"policy", text},
              {"openpgp_keys", Json::array({keyring})},
              {"apk_certificates", certificates}};
}

}  // namespace

Result<JoiningKeys> join_group(const InitOptions& options, Screen& screen) {
  if (!options.demo && ::geteuid() != 0) {
    return usage_error("init", "needs root, to give each program a Unix user of its own",
                       "run it as root, or join throwaway terminals with --demo");
  }
  HALLMARK_CHECK(check_first_terminal(options));
  JoiningKeys keys;
  const Status made = make_in_folder(options.root, screen, [&](TerminalRoot& root) {
    return make_joining_terminal(options, root, keys);
  });
  if (!made.ok()) return made.error();
  return keys;
}

Result<StepReport> invite_terminal(TerminalRoot& root, const std::string& folder) {
  HALLMARK_TRY(const Message answer, root.request("hallmark-sign", Json{{"type", "policy"}}));
  const std::string text = answer.body.value("policy", std::string());
  HALLMARK_TRY(const Policy policy, parse_policy(text, "policy in force"));
  if (::mkdir(folder.c_str(), 0755) != 0) return errno_error(folder, "cannot make");
  HALLMARK_TRY(const UniqueFd target, open_dir(folder));
  for (const std::string& name : public_names(policy)) {
    HALLMARK_TRY(const std::string bytes, read_public(root, name));
    HALLMARK_CHECK(write_file_atomic(target.get(), name, bytes, 0644));
  }
  HALLMARK_CHECK(write_file_atomic(target.get(), "policy.json", text, 0644));
  const std::string digest = sha256(text).hex();
  return StepReport{"wrote " + folder +
                        "; on the terminal that joins:\n  hallmark terminal enrol " + folder +
                        " --sha256 " + digest + "\n",
                    Json{{"folder", folder}, {"policy", digest}}};
}

Result<StepReport> enrol_terminal(TerminalRoot& root, const EnrolOptions& options) {
  const fs::path folder(options.folder);
  const Result<std::string> read = read_file(folder / "policy.json", kMaxPublicFile);
  if (!read.ok()) {
    Error error = read.error();
    error.hint = "give the folder that 'hallmark terminal invite' wrote on a terminal of the group";
    return error;
  }
  const std::string& text = *read;
  if (sha256(text) != options.expected) {
    return verification_error(
        folder / "policy.json", "has SHA-256 " + sha256(text).hex() + ", and not the one given",
        "ask the group for its policy's digest: 'hallmark policy show --json'");
  }
  HALLMARK_TRY(const Policy policy, parse_policy(text, folder / "policy.json"));
  HALLMARK_CHECK(check_names_terminal(root, policy));
  HALLMARK_TRY(const Json request, install_request(folder, text, policy));
  HALLMARK_CHECK(root.need_agent(AgentKind::kSigning));
  const auto installed = root.request("hallmark-sign", request);
  if (!installed.ok()) return installed.error();
  HALLMARK_TRY(const UniqueFd state, open_dir(root.layout().root));
  HALLMARK_CHECK(write_file_atomic(state.get(), "policy.json", text, 0644));
  return StepReport{"the policy of the group is in force here: sha256:" + sha256(text).hex() + "\n",
                    Json{{"policy", sha256(text).hex()}}};
}

}  // namespace hallmark
