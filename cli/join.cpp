#include "cli/join.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "cli/first_policy.hpp"
#include "cli/init_folder.hpp"
#include "cli/shared_policy.hpp"
#include "core/digest.hpp"

namespace hallmark {
namespace {

namespace fs = std::filesystem;

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
  HALLMARK_CHECK(copy_public_keys(root, policy, target.get()));
  HALLMARK_CHECK(write_file_atomic(target.get(), "policy.json", text, 0644));
  const std::string digest = sha256(text).hex();
  return StepReport{"wrote " + folder +
                        "; on the terminal that joins:\n  hallmark terminal enrol " + folder +
                        " --sha256 " + digest + "\n",
                    Json{{"folder", folder}, {"policy", digest}}};
}

}  // namespace hallmark
