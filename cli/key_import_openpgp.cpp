#include <unistd.h>

#include <set>

#include "cli/key_import.hpp"

namespace hallmark {
namespace {

// Colon-separated lines of "gpg --with-colons": the tenth field of those of this type.
std::vector<std::string> tenth_fields(const std::string& listed, const std::string& type) {
  std::vector<std::string> out;
  for (const std::string& rest : lines_after(listed, type + ":")) {
    std::size_t begin = 0;
    for (int colons = 0; colons < 8 && begin != std::string::npos; ++colons) {
      begin = rest.find(':', begin);
      if (begin != std::string::npos) ++begin;
    }
    if (begin != std::string::npos)
      out.push_back(rest.substr(begin, rest.find(':', begin) - begin));
  }
  return out;
}

// The key is in the agent under its old passphrase, which nobody would be there to type.
Status take_passphrase_off(const KeyKeeper& keeper, const std::string& keygrip,
                           const Passphrase& passphrase) {
  HALLMARK_TRY(const UniqueFd pipe, passphrase.as_pipe());
  Command command = keeper.command("/usr/bin/gpg-connect-agent", {"--no-autostart"});
  command.inherit_fds = {pipe.get()};
  command.stdin_text = "/definqprog PASSPHRASE cat <&" + std::to_string(pipe.get()) +
                       "\n/definqprog NEW_PASSPHRASE true\nOPTION pinentry-mode=loopback\nPASSWD " +
                       keygrip + "\n/bye\n";
  HALLMARK_TRY(const std::string said, run_checked(command, "key agent"));
  for (const std::string& error : lines_after(said, "ERR ")) {
    return failed("key " + keygrip, "cannot be opened: " + error, "is it the right passphrase?");
  }
  return ok_status();
}

Error not_one_key() {
  return failed("OpenPGP key", "is not exactly one key",
                "gpg --export-secret-keys --armor FINGERPRINT");
}

// Before anything of the file is in the agent.
Status check_that_it_is_one_key(const KeyKeeper& keeper, const UniqueFd& file) {
  Command command = keeper.command(
      "/usr/bin/gpg", {"--batch", "--no-autostart", "--with-colons", "--enable-special-filenames",
                       "--show-keys", "--", "-&" + std::to_string(file.get())});
  command.inherit_fds = {file.get()};
  HALLMARK_TRY(const std::string listed, run_checked(command, "OpenPGP key"));
  if (lines_after(listed, "sec:").size() != 1 || !lines_after(listed, "pub:").empty()) {
    return not_one_key();
  }
  if (::lseek(file.get(), 0, SEEK_SET) == 0) return ok_status();
  return errno_error("OpenPGP key", "cannot be read again: it must be a file");
}

Result<std::string> import_with_gpg(const KeyKeeper& keeper, const UniqueFd& file,
                                    const Passphrase& passphrase) {
  HALLMARK_TRY(const UniqueFd pipe, passphrase.as_pipe());
  Command command =
      keeper.command("/usr/bin/gpg",
                     {"--batch", "--no-autostart", "--pinentry-mode", "loopback", "--passphrase-fd",
                      std::to_string(pipe.get()), "--status-fd", "1", "--enable-special-filenames",
                      "--import", "--", "-&" + std::to_string(file.get())});
  command.inherit_fds = {pipe.get(), file.get()};
  HALLMARK_TRY(const std::string said, run_checked(command, "OpenPGP key"));
  std::set<std::string> fingerprints;
  for (const std::string& rest : lines_after(said, "[GNUPG:] IMPORT_OK ")) {
    fingerprints.insert(rest.substr(rest.find(' ') + 1));
  }
  if (fingerprints.size() == 1) return *fingerprints.begin();
  return not_one_key();
}

}  // namespace

Result<ImportedOpenPgpKey> import_openpgp_key(const KeyKeeper& keeper, const UniqueFd& file,
                                              const Passphrase& passphrase) {
  HALLMARK_CHECK(check_that_it_is_one_key(keeper, file));
  ImportedOpenPgpKey key;
  HALLMARK_TRY(key.fingerprint, import_with_gpg(keeper, file, passphrase));
  const std::string subject = "OpenPGP key " + key.fingerprint;
  HALLMARK_TRY(const std::string listed,
               run_checked(keeper.command("/usr/bin/gpg", {"--batch", "--no-autostart",
                                                           "--with-colons", "--with-keygrip",
                                                           "--list-secret-keys", key.fingerprint}),
                           subject));
  HALLMARK_TRY(const std::vector<AgentKey> there, keeper.list_keys());
  for (const std::string& grip : tenth_fields(listed, "grp")) {
    for (const AgentKey& known : there) {
      if (known.keygrip != grip || !known.has_passphrase) continue;
      HALLMARK_CHECK(take_passphrase_off(keeper, grip, passphrase));
    }
  }
  HALLMARK_TRY(key.public_key,
               run_checked(keeper.command("/usr/bin/gpg", {"--batch", "--no-autostart", "--armor",
                                                           "--export-options", "export-minimal",
                                                           "--export", key.fingerprint}),
                           subject));
  return key;
}

}  // namespace hallmark
