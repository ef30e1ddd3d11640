// A connection to a package host's SFTP server: TCP, SSH, pinned host key, agent authentication.
//
// The host's key is compared, byte for byte, with the pinned one before anything is authenticated:
// a host with another key learns nothing, and that is a verification error. The publishing key is
// in an ssh-agent; no key file is read, and no password is ever sent.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "core/fd.hpp"
#include "core/model/terminal.hpp"
#include "publisher/transfer/sftp_client.hpp"

struct _LIBSSH2_SESSION;  // NOLINT(bugprone-reserved-identifier): libssh2's names
struct _LIBSSH2_CHANNEL;  // NOLINT(bugprone-reserved-identifier)

namespace hallmark {

struct SshTimeouts {
  std::chrono::milliseconds connect{15'000};
  std::chrono::milliseconds silence{60'000};  // the longest wait for the host's next byte
};

class SshConnection : public ByteStream {
 public:
  // `agent_socket` speaks the ssh-agent protocol.
  static Result<std::unique_ptr<SshConnection>> open(const PackageHost& host,
                                                     const std::string& agent_socket,
                                                     const SshTimeouts& timeouts);
  ~SshConnection() override;
  SshConnection(const SshConnection&) = delete;
  SshConnection& operator=(const SshConnection&) = delete;

  Status send(std::string_view bytes) override;
  Result<std::size_t> receive(std::span<char> buffer) override;

  // A further SFTP session over the same connection, which must live longer. A host may refuse
  // (sshd's MaxSessions); the sessions that there are go on.
  Result<std::unique_ptr<ByteStream>> another_session();

 private:
  class FurtherChannel;
  explicit SshConnection(std::string name) : name_(std::move(name)) {}
  Status start_session(const PackageHost& host, const SshTimeouts& timeouts);
  Status check_host_key(const PackageHost& host) const;
  // Whether one of the agent's next keys was let in; there are more of them if not.
  Result<bool> authenticate(const PackageHost& host, const std::string& agent_socket,
                            int tried_before) const;
  Result<_LIBSSH2_CHANNEL*> open_sftp() const;
  Status send_to(_LIBSSH2_CHANNEL* channel, std::string_view bytes) const;
  Result<std::size_t> receive_from(_LIBSSH2_CHANNEL* channel, std::span<char> buffer) const;
  // What libssh2 said last.
  Error error(const std::string& operation) const;

  std::string name_;  // for messages
  UniqueFd socket_;
  _LIBSSH2_SESSION* session_ = nullptr;
  _LIBSSH2_CHANNEL* channel_ = nullptr;
};

}  // namespace hallmark
