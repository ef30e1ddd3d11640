#include "publisher/transfer/ssh_connection.hpp"

#include <libssh2.h>
#include <sys/socket.h>
#include <unistd.h>

#include "publisher/transfer/tcp_connect.hpp"
#include "verify/ssh_public_key.hpp"

namespace hallmark {
namespace {

constexpr int kMaxIdentities = 6;
// sshd counts each as an attempt, and a host of image/host/ allows two of one connection.
constexpr int kTriesOfOneConnection = 2;

struct AgentDeleter {
  void operator()(LIBSSH2_AGENT* agent) const {
    libssh2_agent_disconnect(agent);
    libssh2_agent_free(agent);
  }
};

// The server shall prove the key that is pinned, if it has several; and what libssh2 1.10 and a
// hardened sshd have in common is enough for the rest.
bool prefer_methods(LIBSSH2_SESSION* session, const std::string& key_type) {
  return libssh2_session_method_pref(session, LIBSSH2_METHOD_HOSTKEY, key_type.c_str()) == 0 &&
         libssh2_session_method_pref(session, LIBSSH2_METHOD_KEX,
                                     "curve25519-sha256,curve25519-sha256@libssh.org,"
                                     "ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521") ==
             0 &&
         libssh2_session_method_pref(session, LIBSSH2_METHOD_CRYPT_CS, "aes256-ctr,aes128-ctr") ==
             0 &&
         libssh2_session_method_pref(session, LIBSSH2_METHOD_CRYPT_SC, "aes256-ctr,aes128-ctr") ==
             0 &&
         libssh2_session_method_pref(session, LIBSSH2_METHOD_MAC_CS,
                                     "hmac-sha2-256,hmac-sha2-512") == 0 &&
         libssh2_session_method_pref(session, LIBSSH2_METHOD_MAC_SC,
                                     "hmac-sha2-256,hmac-sha2-512") == 0;
}

// libssh2 1.10 reads for ever from an agent that has gone away. There is no way to stop it but to
// end this process (SIGALRM): publishing again goes on where this one stopped.
class AgentDeadline {
 public:
  AgentDeadline() { ::alarm(kAgentPatience); }
  AgentDeadline(const AgentDeadline&) = delete;
  AgentDeadline& operator=(const AgentDeadline&) = delete;
  ~AgentDeadline() { ::alarm(0); }

 private:
  static constexpr unsigned kAgentPatience = 30;  // seconds; a person may have to touch a token
};

}  // namespace

Result<std::unique_ptr<SshConnection>> SshConnection::open(const PackageHost& host,
                                                           const std::string& agent_socket,
                                                           const SshTimeouts& timeouts) {
  for (int tried = 0;; tried += kTriesOfOneConnection) {
    std::unique_ptr<SshConnection> connection(new SshConnection("host " + host.name));
    if (libssh2_init(0) != 0) return failed("libssh2", "cannot start");  // ended by the destructor
    HALLMARK_TRY(connection->socket_, tcp_connect(host.address, host.port, timeouts.connect));
    HALLMARK_CHECK(connection->start_session(host, timeouts));
    HALLMARK_CHECK(connection->check_host_key(host));
    HALLMARK_TRY(const bool let_in, connection->authenticate(host, agent_socket, tried));
    if (!let_in) continue;
    HALLMARK_TRY(connection->channel_, connection->open_sftp());
    return connection;
  }
}

SshConnection::~SshConnection() {
  // No farewell: a dead host would make us wait for its answer. All that matters has been answered.
  if (socket_) ::shutdown(socket_.get(), SHUT_RDWR);
  if (session_ != nullptr) libssh2_session_free(session_);
  libssh2_exit();
}

Status SshConnection::start_session(const PackageHost& host, const SshTimeouts& timeouts) {
  HALLMARK_TRY(const SshPublicKey pinned, SshPublicKey::parse(host.host_key));
  session_ = libssh2_session_init();
  if (session_ == nullptr) return failed(name_, "libssh2 cannot start a session");
  libssh2_session_set_blocking(session_, 1);
  libssh2_session_set_timeout(session_, static_cast<long>(timeouts.silence.count()));
  if (!prefer_methods(session_, pinned.type)) return error("cannot choose algorithms");
  if (libssh2_session_handshake(session_, socket_.get()) != 0) {
    return error("cannot agree on a secure channel (the pinned key is of type " + pinned.type +
                 ")");
  }
  return ok_status();
}

Status SshConnection::check_host_key(const PackageHost& host) const {
  HALLMARK_TRY(const SshPublicKey pinned, SshPublicKey::parse(host.host_key));
  std::size_t size = 0;
  int type = 0;
  const char* untrusted_key = libssh2_session_hostkey(session_, &size, &type);
  const std::string offered =
      untrusted_key == nullptr ? std::string() : std::string(untrusted_key, size);
  if (offered == pinned.blob) return ok_status();
  const Result<SshPublicKey> parsed = SshPublicKey::from_blob(offered);
  return verification_error(
      name_,
      "has another host key than the pinned one: expected " + pinned.fingerprint() + ", got " +
          (parsed.ok() ? parsed->fingerprint() : "something that is no key"),
      "nothing was sent to it; find out whether this is your host before you change terminal.json");
}

Result<bool> SshConnection::authenticate(const PackageHost& host, const std::string& agent_socket,
                                         int tried_before) const {
  const std::string hint = "see that the publishing agent runs and that the host has its key";
  const AgentDeadline deadline;
  const std::unique_ptr<LIBSSH2_AGENT, AgentDeleter> agent(libssh2_agent_init(session_));
  if (!agent) return error("cannot speak to an agent");
  libssh2_agent_set_identity_path(agent.get(), agent_socket.c_str());
  if (libssh2_agent_connect(agent.get()) != 0 || libssh2_agent_list_identities(agent.get()) != 0) {
    return failed(agent_socket, "no agent answers there", hint);
  }
  libssh2_agent_publickey* identity = nullptr;
  for (int tried = 0; tried < kMaxIdentities; ++tried) {
    if (libssh2_agent_get_identity(agent.get(), &identity, identity) != 0) break;
    if (tried < tried_before) continue;
    if (tried == tried_before + kTriesOfOneConnection) return false;
    if (libssh2_agent_userauth(agent.get(), host.user.c_str(), identity) == 0) return true;
  }
  Error refused = error("did not accept any key of the publishing agent as user " + host.user);
  refused.hint = hint;
  return refused;
}

Result<LIBSSH2_CHANNEL*> SshConnection::open_sftp() const {
  LIBSSH2_CHANNEL* channel = libssh2_channel_open_session(session_);
  if (channel == nullptr) return error("cannot start SFTP");
  if (libssh2_channel_subsystem(channel, "sftp") == 0) return channel;
  Error refused = error("cannot start SFTP");
  libssh2_channel_free(channel);
  return refused;
}

Status SshConnection::send_to(LIBSSH2_CHANNEL* channel, std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = libssh2_channel_write(channel, bytes.data(), bytes.size());
    if (sent < 0) return error("cannot send");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return ok_status();
}

Result<std::size_t> SshConnection::receive_from(LIBSSH2_CHANNEL* channel,
                                                std::span<char> buffer) const {
  const ssize_t got = libssh2_channel_read(channel, buffer.data(), buffer.size());
  if (got < 0) return error("cannot receive");
  return static_cast<std::size_t>(got);
}

Status SshConnection::send(std::string_view bytes) { return send_to(channel_, bytes); }

Result<std::size_t> SshConnection::receive(std::span<char> buffer) {
  return receive_from(channel_, buffer);
}

// The channel itself ends with its connection.
class SshConnection::FurtherChannel : public ByteStream {
 public:
  FurtherChannel(const SshConnection& connection, LIBSSH2_CHANNEL* channel)
      : connection_(connection), channel_(channel) {}
  Status send(std::string_view bytes) override { return connection_.send_to(channel_, bytes); }
  Result<std::size_t> receive(std::span<char> buffer) override {
    return connection_.receive_from(channel_, buffer);
  }

 private:
  const SshConnection& connection_;
  LIBSSH2_CHANNEL* channel_;
};

Result<std::unique_ptr<ByteStream>> SshConnection::another_session() {
  HALLMARK_TRY(LIBSSH2_CHANNEL* const channel, open_sftp());
  return std::unique_ptr<ByteStream>(std::make_unique<FurtherChannel>(*this, channel));
}

Error SshConnection::error(const std::string& operation) const {
  char* text = nullptr;
  const int code = libssh2_session_last_error(session_, &text, nullptr, 0);
  const std::string cause = text != nullptr && *text != '\0' ? text : "no reason given";
  return remote_error(name_, operation + ": " + cause + " (libssh2 " + std::to_string(code) + ")",
                      "it is safe to run again");
}

}  // namespace hallmark
