#include "verify/log/log_key.hpp"

namespace hallmark {

Result<NoteKey> log_key_of(const Policy& policy, const std::string& terminal) {
  const LogKeyPolicy* log = policy.log_key(terminal);
  if (log == nullptr) {
    return policy_error("policy", "names no log key for terminal " + terminal);
  }
  const std::string subject = "log key of " + terminal;
  const Result<SshPublicKey> key = SshPublicKey::parse(log->key);
  if (!key.ok()) return policy_error(subject, key.error().message());
  Result<NoteKey> note_key = NoteKey::from_ssh(policy.log_name(terminal), *key);
  if (!note_key.ok()) return policy_error(subject, note_key.error().message());
  return note_key;
}

}  // namespace hallmark
