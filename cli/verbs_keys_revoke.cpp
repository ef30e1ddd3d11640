// hallmark keys revoke.
#include <algorithm>
#include <memory>

#include "cli/key_revocation.hpp"
#include "cli/made_words.hpp"
#include "cli/releases_folder.hpp"
#include "cli/terminal_root.hpp"
#include "cli/verbs.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxKeyring = uint64_t{1} << 20U;
constexpr std::size_t kMaxText = 200;

struct RevokeOptions {
  std::string fingerprint;
  std::string reason;
  std::string text;
};

// gpg reads the text from a list of answers.
bool is_one_line(const std::string& text) {
  return text.size() <= kMaxText &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c != 0x7f; });
}

Result<Revocation> read_options(const RevokeOptions& options) {
  Revocation revocation{options.fingerprint, {}, options.text};
  if (!is_hex40(options.fingerprint)) {
    return usage_error("FINGERPRINT", "must be 40 upper-case hexadecimal digits",
                       "hallmark keys list");
  }
  if (!is_one_line(options.text)) {
    return usage_error("--text",
                       "must be one line of ASCII, of " + std::to_string(kMaxText) + " at most");
  }
  for (const RevocationReason& reason : kRevocationReasons) {
    if (options.reason != reason.name) continue;
    revocation.reason = reason;
    return revocation;
  }
  return usage_error("--reason", "must be compromised, superseded or retired");
}

Status run_revoke(CommandLine& line, const RevokeOptions& options) {
  HALLMARK_TRY(const Revocation revocation, read_options(options));
  HALLMARK_TRY(TerminalRoot root, TerminalRoot::open(line.root, line.screen));
  const std::filesystem::path folder = root.layout().releases() / "revoked";
  HALLMARK_TRY(const UniqueFd folder_fd, make_release_folder(root.layout(), folder));
  HALLMARK_TRY(const std::string keyring,
               read_file(root.layout().root / "public/archive-keyring.asc", kMaxKeyring));
  HALLMARK_CHECK(root.need_agent(AgentKind::kSigning, KeyFiles::kStay));
  HALLMARK_TRY(const AgentUsers users, agent_users(AgentKind::kSigning));
  const KeyKeeper keeper(root.layout().signing_keys(), users);
  HALLMARK_TRY(const RevokedKey key, revoke_key(keeper, keyring, revocation));
  const std::string name = key.primary + ".asc";
  HALLMARK_CHECK(write_file_atomic(folder_fd.get(), name, key.public_key, 0644));
  const std::string path = folder / name;
  line.screen.answer(
      Json{{"revoked", revocation.fingerprint}, {"key", key.primary}, {"public_key", path}},
      describe_revoked(revocation.fingerprint, key.primary, path));
  return ok_status();
}

}  // namespace

void add_keys_revoke(CLI::App& keys, CommandLine& line) {
  auto options = std::make_shared<RevokeOptions>();
  CLI::App* verb = keys.add_subcommand("revoke", "Revoke an OpenPGP key, or a subkey of it");
  verb->add_option("FINGERPRINT", options->fingerprint, "of the key, or of the subkey")->required();
  verb->add_option("--reason", options->reason, "compromised, superseded or retired")->required();
  verb->add_option("--text", options->text, "a line more, for whoever looks at the key");
  verb->footer(
      "Example:\n  hallmark keys revoke 91E2B0C4D6F8A1B3C5D7E9F0A2B4C6D8E0F1A3B5 --reason "
      "compromised\n\n"
      "It cannot be taken back. Nobody hears of it before a policy brings the public key along,\n"
      "which the answer says how to do.");
  verb->callback(
      [&line, options] { line.run = [&line, options] { return run_revoke(line, *options); }; });
}

}  // namespace hallmark
