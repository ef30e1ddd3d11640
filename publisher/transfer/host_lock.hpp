// The lock on a package host: one terminal of a group at a time catches up, signs and publishes.
//
// It is advisory. Whoever has a publishing key can rename anything on the host; this keeps people
// from working at the same time without knowing of each other.
//
// A publishing key may make folders and rename, and remove nothing (image/host/sshd_config). So
// each terminal has a folder of its own, DOCROOT/.lock/TERMINAL-TOKEN, with one file, and the
// terminal whose folder is called DOCROOT/.lock/held has the lock: it renames its folder to that to
// take it, and back to release it. A folder does not take the name of one that has something in it
// (rename(2): ENOTEMPTY), so one rename takes the lock and says whose it is, and of two terminals
// one fails. Names that begin with a dot are not served (image/host/nginx.conf).
//
// A terminal knows its own lock by a random token of which the host has the SHA-256 alone: nobody's
// name makes a lock one's own. A lock that a person broke is kept as .lock/broken-….
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "publisher/transfer/sftp_client.hpp"

namespace hallmark {

// Whose lock it is. Format of the file: docs/formats.md.
struct LockHolder {
  std::string terminal;
  std::string person;        // "alice on desk3"; printable
  std::string since;         // UTC
  std::string token_sha256;  // of the token that its terminal keeps to itself

  bool operator==(const LockHolder&) const = default;
};
std::string render_holder(const LockHolder& holder);
Result<LockHolder> parse_holder(std::string_view untrusted_text, const std::string& subject);
// "terminal t1 (alice on desk3), since 2026-12-21T00:00:00Z"
std::string describe(const LockHolder& holder);

class HostLock {
 public:
  // `docroot` is absolute, as the session sees it. The client must live longer.
  HostLock(SftpClient& client, const std::string& docroot)
      : client_(&client), folder_(docroot + "/.lock") {}

  struct Taken {
    bool taken_over = false;           // this terminal had left it behind
    std::optional<LockHolder> broken;  // whose it was
  };
  // kRemote, with the holder's name: another terminal has it. `break_it`: it is taken from it.
  Result<Taken> take(const LockHolder& holder, bool break_it);
  // Nothing where this holder does not have it.
  Status release(const LockHolder& holder);

 private:
  Result<SftpReply> ask(const SftpClient::MakeRequest& make);
  Result<bool> rename(const std::string& from, const std::string& to);
  Status make_folder(const std::string& name);
  Status write(const std::string& name, const std::string& text);
  // nullopt: there is none.
  Result<std::optional<std::string>> read(const std::string& name);
  Result<std::optional<LockHolder>> holder_in(const std::string& name);
  Status prepare(const LockHolder& holder);
  Status break_lock(const LockHolder& seen, const std::string& since);
  std::string full(const std::string& name) const { return folder_ + "/" + name; }

  SftpClient* client_;
  std::string folder_;
};

}  // namespace hallmark
