#include "cli/key_revocation.hpp"

#include <algorithm>
#include <sstream>

namespace hallmark {
namespace {

Result<std::string> ask_gpg(const KeyKeeper& keeper, const std::vector<std::string>& what,
                            const std::string& subject) {
  std::vector<std::string> arguments = {"--batch", "--no-autostart"};
  arguments.insert(arguments.end(), what.begin(), what.end());
  return run_checked(keeper.command("/usr/bin/gpg", arguments), subject);
}

Status take_in(const KeyKeeper& keeper, const std::string& keyring) {
  Command command =
      keeper.command("/usr/bin/gpg", {"--batch", "--no-autostart", "--quiet", "--import"});
  command.stdin_text = keyring;
  const Result<std::string> said = run_checked(command, "public keyring");
  return said.ok() ? ok_status() : Status(said.error());
}

Result<std::vector<ListedKey>> list_parts(const KeyKeeper& keeper, const std::string& fingerprint) {
  const std::string subject = "OpenPGP key " + fingerprint;
  const Result<std::string> listed = ask_gpg(
      keeper, {"--with-colons", "--with-subkey-fingerprint", "--list-keys", fingerprint}, subject);
  if (!listed.ok()) {
    return failed(subject, "is not this terminal's", "hallmark keys list");
  }
  return parse_listed_keys(*listed);
}

Result<ListedKey> find_part(const std::vector<ListedKey>& parts, const std::string& fingerprint) {
  const auto part = std::find_if(parts.begin(), parts.end(), [&](const ListedKey& each) {
    return each.fingerprint == fingerprint;
  });
  if (part != parts.end()) return *part;
  return failed("OpenPGP key " + fingerprint, "is not this terminal's", "hallmark keys list");
}

// What gpg asks for, in its order; without a selected subkey it revokes the key itself.
std::string answers(const Revocation& revocation, const ListedKey& part) {
  return (part.primary ? "" : "key " + part.fingerprint + "\n") + "revkey\ny\n" +
         revocation.reason.gpg_code + "\n" +
         (revocation.text.empty() ? "" : revocation.text + "\n") + "\ny\nsave\n";
}

Status revoke_part(const KeyKeeper& keeper, const std::string& primary,
                   const Revocation& revocation, const ListedKey& part) {
  Command command = keeper.command(
      "/usr/bin/gpg", {"--no-autostart", "--no-tty", "--command-fd", "0", "--pinentry-mode",
                       "loopback", "--passphrase", "", "--edit-key", primary});
  command.stdin_text = answers(revocation, part);
  const Result<std::string> said =
      run_checked(command, "revocation of OpenPGP key " + part.fingerprint);
  return said.ok() ? ok_status() : Status(said.error());
}

}  // namespace

std::vector<ListedKey> parse_listed_keys(const std::string& listed) {
  std::vector<ListedKey> out;
  std::istringstream lines(listed);
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string> fields;
    std::istringstream words(line);
    for (std::string field; std::getline(words, field, ':');) fields.push_back(field);
    if (fields.size() < 2) continue;
    if (fields[0] == "pub" || fields[0] == "sub") {
      out.push_back({fields[0] == "pub", fields[1] == "r", ""});
    } else if (fields[0] == "fpr" && fields.size() >= 10 && !out.empty() &&
               out.back().fingerprint.empty()) {
      out.back().fingerprint = fields[9];
    }
  }
  return out;
}

Result<RevokedKey> revoke_key(const KeyKeeper& keeper, const std::string& keyring,
                              const Revocation& revocation) {
  HALLMARK_CHECK(take_in(keeper, keyring));
  HALLMARK_TRY(std::vector<ListedKey> parts, list_parts(keeper, revocation.fingerprint));
  HALLMARK_TRY(ListedKey part, find_part(parts, revocation.fingerprint));
  RevokedKey key;
  key.primary = parts.front().fingerprint;
  if (!part.revoked) {
    HALLMARK_CHECK(revoke_part(keeper, key.primary, revocation, part));
    HALLMARK_TRY(parts, list_parts(keeper, revocation.fingerprint));
    HALLMARK_TRY(part, find_part(parts, revocation.fingerprint));
  }
  if (!part.revoked) {
    return failed("OpenPGP key " + revocation.fingerprint, "was not revoked",
                  "that takes its primary key, " + key.primary +
                      ", in the signing agent: hallmark keys restore");
  }
  HALLMARK_TRY(
      key.public_key,
      ask_gpg(keeper, {"--armor", "--export-options", "export-minimal", "--export", key.primary},
              "OpenPGP key " + key.primary));
  return key;
}

}  // namespace hallmark
