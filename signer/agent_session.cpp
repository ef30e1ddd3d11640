#include "signer/agent_session.hpp"

#include <assuan.h>

#include "signer/gpgme_session.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxAnswer = std::size_t{16} << 10U;

gpg_error_t collect(void* opaque, const void* data, std::size_t size) {
  auto* answer = static_cast<std::string*>(opaque);
  if (answer->size() + size > kMaxAnswer) return gpg_error(GPG_ERR_TOO_LARGE);
  answer->append(static_cast<const char*>(data), size);
  return 0;
}

}  // namespace

void AgentSession::Release::operator()(assuan_context_s* context) const { assuan_release(context); }

Result<AgentSession> AgentSession::open(const std::string& socket) {
  assuan_context_t raw = nullptr;
  gpg_error_t code = assuan_new(&raw);
  if (code != 0) return gpgme_failure("key agent", "cannot be spoken to", code);
  AgentSession session(raw);
  code = assuan_socket_connect(raw, socket.c_str(), ASSUAN_INVALID_PID, 0);
  if (code != 0) return gpgme_failure("key agent", "cannot be reached", code);
  return session;
}

Result<std::string> AgentSession::transact(const std::string& command) {
  std::string answer;
  const gpg_error_t code = send(command, answer);
  if (code == 0) return answer;
  return gpgme_failure("key agent", "refused " + command.substr(0, command.find(' ')), code);
}

Result<bool> AgentSession::succeeds(const std::string& command, unsigned error_that_means_no) {
  std::string answer;
  const gpg_error_t code = send(command, answer);
  if (code == 0) return true;
  if (gpg_err_code(code) == error_that_means_no) return false;
  return gpgme_failure("key agent", "refused " + command.substr(0, command.find(' ')), code);
}

unsigned AgentSession::send(const std::string& command, std::string& answer) {
  return assuan_transact(context_.get(), command.c_str(), collect, &answer, nullptr, nullptr,
                         nullptr, nullptr);
}

}  // namespace hallmark
