// The signing agent's home as an encrypted archive: made and opened by stock tar and gpg, as the
// agent's own user, each handing its output to the next through a pipe. No private key passes
// through this process; the passphrase does.
#pragma once

#include <string>
#include <vector>

#include "cli/agents.hpp"
#include "cli/key_keeper.hpp"
#include "core/fd.hpp"

namespace hallmark {

// A passphrase, wiped here when it is done with. The programs that it goes to have had copies.
struct Secret {
  std::string hex;
  Secret() = default;
  explicit Secret(std::string text) : hex(std::move(text)) {}
  Secret(Secret&&) = default;
  Secret& operator=(Secret&&) = default;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();
};

// 256 random bits.
Result<Secret> new_secret();

class KeyArchive {
 public:
  static Result<KeyArchive> of(const Layout& layout);

  const std::optional<Identity>& user() const { return users_.owner; }

  // private-keys-v1.d, openpgp-revocs.d, pubring.kbx and sshcontrol, all of which must be there, as
  // a tar archive in an OpenPGP message, written to `file`. At most 1 MiB of them.
  Status encrypt(const Secret& secret, int file) const;
  // Unpacks it beside the home's own files; kVerification if the passphrase is another, or if it
  // was changed: then nothing was unpacked.
  Status unpack(const Secret& secret, int file) const;

  // Of what was unpacked: is it the home, file by file? kVerification names the first that differs,
  // or that only one of them has. Returns how many private keys there are.
  Result<std::size_t> compare() const;
  // Moves what the home lacks into it, and returns how many private keys that were. A private key
  // that is there with other bytes is kVerification, and then nothing is moved.
  Result<std::size_t> take_over() const;
  // Removes what was unpacked.
  Status clear() const;

 private:
  KeyArchive(const Layout& layout, AgentUsers users)
      : users_(std::move(users)), keeper_(layout.signing_keys(), users_) {}

  // The name of its file; empty: the home has no log key, or the same.
  Result<std::string> log_key_of_another_terminal() const;
  Command tool(const char* program, std::vector<std::string> arguments) const;
  std::string unpacked() const { return keeper_.home() + "/backup.partial"; }

  AgentUsers users_;
  KeyKeeper keeper_;
};

}  // namespace hallmark
