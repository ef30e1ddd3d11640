#include "signer/ssh_agent.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <cstring>

#include "core/fd.hpp"
#include "verify/ssh_wire.hpp"

namespace hallmark {
namespace {

constexpr char kRequestIdentities = 11;
constexpr uint8_t kIdentitiesAnswer = 12;
constexpr char kSignRequest = 13;
constexpr uint8_t kSignResponse = 14;
constexpr uint32_t kMaxAnswer = 65536;  // bytes
constexpr uint32_t kMaxIdentities = 16;
constexpr timeval kPatience{30, 0};

Error bad_answer() { return failed("log key agent", "gave an answer that makes no sense"); }

Result<UniqueFd> connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return failed(path, "is too long a path");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) return errno_error("log key agent", "cannot make a socket");
  for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO}) {
    if (::setsockopt(socket.get(), SOL_SOCKET, option, &kPatience, sizeof(kPatience)) != 0) {
      return errno_error("log key agent", "cannot set a time limit");
    }
  }
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    return errno_error(path, "cannot reach the log key's agent");
  }
  return socket;
}

Status send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return errno_error("log key agent", "cannot ask");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return ok_status();
}

Result<std::string> receive_exactly(int socket, std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t used = 0;
  while (used < size) {
    const ssize_t n = ::recv(socket, bytes.data() + used, size - used, 0);
    if (n == 0) return failed("log key agent", "ended the connection");
    if (n < 0) return errno_error("log key agent", "gave no answer");
    used += static_cast<std::size_t>(n);
  }
  return bytes;
}

Result<std::string> ask(const std::string& path, const std::string& question) {
  HALLMARK_TRY(const UniqueFd socket, connect_to(path));
  HALLMARK_CHECK(send_all(socket.get(), ssh_string(question)));
  HALLMARK_TRY(const std::string length, receive_exactly(socket.get(), sizeof(uint32_t)));
  const uint32_t size = SshCursor(length).take_u32().value_or(0);
  if (size == 0 || size > kMaxAnswer) return bad_answer();
  return receive_exactly(socket.get(), size);
}

}  // namespace

Result<std::vector<SshPublicKey>> parse_ssh_identities(std::string_view untrusted_answer) {
  SshCursor cursor(untrusted_answer);
  if (cursor.take_byte() != kIdentitiesAnswer) return bad_answer();
  const uint32_t count = cursor.take_u32().value_or(kMaxIdentities + 1);
  if (count > kMaxIdentities) return bad_answer();
  std::vector<SshPublicKey> keys;
  for (uint32_t i = 0; i < count; ++i) {
    const auto blob = cursor.take_string();
    const auto comment = cursor.take_string();
    if (!blob || !comment) return bad_answer();
    HALLMARK_TRY(SshPublicKey key, SshPublicKey::from_blob(*blob));
    keys.push_back(std::move(key));
  }
  if (!cursor.finished()) return bad_answer();
  return keys;
}

Result<std::string> parse_ssh_signature(std::string_view untrusted_answer) {
  SshCursor cursor(untrusted_answer);
  if (cursor.take_byte() != kSignResponse) {
    return failed("log key agent", "did not sign: has it the key that the policy names?");
  }
  const auto signature = cursor.take_string();
  if (!signature || !cursor.finished()) return bad_answer();
  return std::string(*signature);
}

Result<std::vector<SshPublicKey>> SshAgent::log_keys() {
  HALLMARK_TRY(const std::string answer, ask(socket_, std::string(1, kRequestIdentities)));
  return parse_ssh_identities(answer);
}

Result<std::string> SshAgent::sign_log(const SshPublicKey& key, std::string_view text) {
  constexpr uint32_t kNoFlags = 0;
  const std::string question =
      kSignRequest + ssh_string(key.blob) + ssh_string(text) + ssh_u32(kNoFlags);
  HALLMARK_TRY(const std::string answer, ask(socket_, question));
  return parse_ssh_signature(answer);
}

}  // namespace hallmark
