// Signed notes: text, a blank line, and Ed25519 signatures by named keys over the text. Source:
// C2SP signed-note; the form of Go's golang.org/x/mod/sumdb/note.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "verify/ssh_public_key.hpp"

namespace hallmark {

// Who signs notes: a name and an Ed25519 key. A signature line repeats the name and four bytes that
// depend on both.
class NoteKey {
 public:
  // "NAME+HHHHHHHH+BASE64", as notes' verifiers are written down everywhere.
  static Result<NoteKey> parse(std::string_view untrusted_vkey);
  // The key must be of type ssh-ed25519. A name has no white space and no '+'.
  static Result<NoteKey> from_ssh(const std::string& name, const SshPublicKey& key);

  const std::string& name() const { return name_; }
  std::string vkey() const;
  std::string id() const;  // four bytes

  // One signature line, for the 64 bytes of an Ed25519 signature.
  std::string signature_line(std::string_view signature) const;
  bool verifies(std::string_view text, std::string_view untrusted_signature) const;

 private:
  NoteKey(std::string name, std::string key) : name_(std::move(name)), key_(std::move(key)) {}

  std::string name_;
  std::string key_;  // 32 bytes
};

// The text of a note, its final line feed included, if `key` signed it. Lines of other keys are
// let be; a line that claims to be of this key and is not is an error.
Result<std::string> open_note(std::string_view untrusted_note, const NoteKey& key);

// Text (which ends with a line feed) and one signature line, as a note.
std::string make_note(std::string_view text, const std::string& signature_line);

}  // namespace hallmark
