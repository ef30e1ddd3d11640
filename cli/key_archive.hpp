// The signing agent's home as an encrypted archive: made and opened by stock tar and gpg, as the
// agent's own user, each handing its output to the next through a pipe. No private key passes
// through this process; the passphrase does.
#pragma once

#include <set>
#include <string>

#include "cli/agents.hpp"
#include "cli/key_keeper.hpp"
#include "core/fd.hpp"

namespace hallmark {

// A passphrase that is wiped when it is done with.
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

  // private-keys-v1.d, openpgp-revocs.d, pubring.kbx and sshcontrol as a tar archive in an OpenPGP
  // message, written to `file`. At most 1 MiB of them.
  Status encrypt(const Secret& secret, const UniqueFd& file) const;
  // The archive, complete and authentic, in a pipe.
  Result<UniqueFd> decrypt(const Secret& secret, const UniqueFd& file) const;
  // How many private keys the archive holds. A file that is not as in the archive is an error, and
  // a private key that is not in it.
  Result<std::size_t> compare(const UniqueFd& archive) const;
  // What is there already stays as it is.
  Status extract(const UniqueFd& archive) const;

  // Names of files: keygrips.
  Result<std::set<std::string>> private_keys() const;

 private:
  KeyArchive(const Layout& layout, AgentUsers users)
      : users_(std::move(users)), keeper_(layout.signing_keys(), users_) {}

  Command tar(std::vector<std::string> arguments) const;
  Result<std::string> on_archive(std::vector<std::string> arguments, const UniqueFd& archive,
                                 const std::string& subject) const;

  AgentUsers users_;
  KeyKeeper keeper_;
};

}  // namespace hallmark
