#include "cli/init.hpp"

#include <unistd.h>

#include "cli/first_policy.hpp"
#include "cli/init_folder.hpp"
#include "cli/key_ceremony.hpp"
#include "cli/sample_product.hpp"
#include "cli/shared_policy.hpp"
#include "core/digest.hpp"
#include "process/run.hpp"

namespace hallmark {
namespace {

struct Keys {
  SigningKeys signing;
  std::string publishing;  // OpenSSH line
};

Status check_options(const InitOptions& options) {
  if (options.demo) return ok_status();
  if (::geteuid() != 0) {
    return usage_error("init", "needs root, to give each program a Unix user of its own",
                       "run it as root, or make a throwaway terminal with --demo");
  }
  if (options.origin.empty())
    return usage_error("--origin", "is required", "who makes the releases");
  if (options.approvers.size() < options.threshold || options.threshold < 1) {
    return usage_error("--approver", "must be given at least --threshold times",
                       "--approver alice=alice.pub --approver bob=bob.pub --threshold 2");
  }
  return ok_status();
}

Result<Keys> make_keys(TerminalRoot& root, const InitOptions& options) {
  HALLMARK_CHECK(root.need_agent(AgentKind::kSigning, KeyFiles::kChange));
  HALLMARK_CHECK(root.need_agent(AgentKind::kPublishing, KeyFiles::kChange));
  HALLMARK_TRY(const AgentUsers keepers, agent_users(AgentKind::kSigning));
  HALLMARK_TRY(const AgentUsers push_keepers, agent_users(AgentKind::kPublishing));
  std::string algorithms;
  for (const ApkKeyPlan& plan : options.apk_keys) algorithms += " " + plan.algorithm;
  Keys keys;
  root.screen().note("making keys: ed25519 for apt," + algorithms +
                     " for APKs, ed25519 for the release log and for publishing");
  HALLMARK_TRY(keys.signing,
               make_signing_keys(root.layout(), keepers, options.origin,
                                 options.spare_subkeys.value_or(0), options.apk_keys));
  HALLMARK_TRY(keys.publishing, make_publishing_key(root.layout(), push_keepers));
  return keys;
}

Result<std::vector<Approver>> throwaway_approvers(const Layout& layout) {
  const std::string folder = layout.demo() / "approvers";
  HALLMARK_CHECK(make_dirs(folder, 0700));
  std::vector<Approver> approvers;
  for (const char* name : {"alice", "bob", "carol"}) {
    Command command;
    command.program = "/usr/bin/ssh-keygen";
    command.arguments = {"-q",
                         "-t",
                         "ed25519",
                         "-N",
                         "",
                         "-C",
                         std::string("throwaway approver ") + name,
                         "-f",
                         folder + "/" + name};
    const auto made = run_checked(command, std::string("approver ") + name);
    if (!made.ok()) return made.error();
    HALLMARK_TRY(std::string line, read_file(folder + "/" + name + ".pub", 4096));
    std::erase(line, '\n');
    approvers.push_back({name, {line}});
  }
  return approvers;
}

Result<std::string> this_architecture() {
  Command command;
  command.program = "/usr/bin/dpkg";
  command.arguments = {"--print-architecture"};
  HALLMARK_TRY(std::string architecture, run_checked(command, "this machine"));
  std::erase(architecture, '\n');
  return architecture;
}

Status write_files(const InitOptions& options, const Layout& layout, const Keys& keys,
                   const std::string& policy) {
  HALLMARK_TRY(const std::string terminal, canonical_dump(to_json(first_terminal(options))));
  HALLMARK_TRY(const UniqueFd root, open_dir(layout.root));
  HALLMARK_CHECK(write_file_atomic(root.get(), "terminal.json", terminal, 0644));
  HALLMARK_CHECK(write_file_atomic(root.get(), "policy.json", policy, 0644));
  return write_publishing_key(layout, keys.publishing, options.name);
}

// `record`: of the ceremony; empty: there was none.
Status install_policy(TerminalRoot& root, const Keys& keys, const std::string& policy,
                      const std::string& record) {
  Json certificates = Json::array();
  for (const ApkKey& key : keys.signing.apk) {
    certificates.push_back(
        {{"name", key.policy.name}, {"der_base64", base64_encode(as_bytes(key.certificate))}});
  }
  Json request = {{"type", "install-policy"},
                  {"policy", policy},
                  {"openpgp_keys", Json::array({keys.signing.openpgp.public_key})},
                  {"apk_certificates", certificates}};
  if (!record.empty()) request["ceremony"] = record;
  const auto installed = root.request("hallmark-sign", request);
  if (!installed.ok()) return installed.error();
  return ok_status();
}

Status run_git(const Layout& layout, const std::vector<std::string>& arguments) {
  Command command;
  command.program = "/usr/bin/git";
  command.arguments = {"-C", layout.releases(),
                       "-c", "user.name=hallmark init",
                       "-c", "user.email=hallmark@localhost"};
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  command.environment = {"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
                         "HOME=/nonexistent"};
  const auto done = run_checked(command, "releases repository");
  if (!done.ok()) return done.error();
  return ok_status();
}

Status make_releases_repository(const InitOptions& options, const TerminalRoot& root) {
  const Layout& layout = root.layout();
  HALLMARK_TRY(const std::string architecture, this_architecture());
  HALLMARK_TRY(const UniqueFd products, open_dir(layout.releases() / "products"));
  const std::string text = sample_product(options.suite, options.components.front(), architecture);
  HALLMARK_CHECK(write_file_atomic(products.get(), "hostname.json", text, 0644));
  share_policy(root);
  HALLMARK_CHECK(run_git(layout, {"init", "--quiet", "--initial-branch=main", "--template="}));
  HALLMARK_CHECK(run_git(layout, {"add", "."}));
  return run_git(layout, {"commit", "--quiet", "--message=The policy, and a sample product"});
}

Status make_terminal(const InitOptions& options, TerminalRoot& root) {
  const Layout& layout = root.layout();
  HALLMARK_TRY(const Keys keys, make_keys(root, options));
  std::vector<Approver> approvers = options.approvers;
  if (options.demo) {
    HALLMARK_TRY(approvers, throwaway_approvers(layout));
  }
  const Policy policy = first_policy(options, keys.signing, approvers);
  HALLMARK_TRY(const std::string policy_text, canonical_dump(to_json(policy)));
  HALLMARK_CHECK(write_files(options, layout, keys, policy_text));
  std::string record;
  NewFiles files;
  if (options.ceremony) {
    HALLMARK_TRY(record,
                 hold_ceremony(root, *options.ceremony,
                               {keys.signing, keys.publishing, policy, policy_text}, files));
  }
  HALLMARK_CHECK(install_policy(root, keys, policy_text, record));
  files.keep();
  return make_releases_repository(options, root);
}

}  // namespace

Status init_terminal(const InitOptions& given, Screen& screen) {
  HALLMARK_CHECK(check_options(given));
  HALLMARK_TRY(const std::string architecture, this_architecture());
  const InitOptions options = with_defaults(given, architecture);
  HALLMARK_CHECK(check_first_files(options));
  if (options.ceremony) HALLMARK_CHECK(check_ceremony(*options.ceremony, options.approvers));
  return make_in_folder(options.root, screen,
                        [&](TerminalRoot& root) { return make_terminal(options, root); });
}

}  // namespace hallmark
