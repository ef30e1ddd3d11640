#include "verify/log/note.hpp"

#include <algorithm>

#include "core/digest.hpp"
#include "core/utf8.hpp"
#include "verify/ssh_key_parts.hpp"
#include "verify/ssh_signature.hpp"
#include "verify/ssh_wire.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxNote = 65536;  // bytes
constexpr std::size_t kMaxSignatures = 100;
constexpr std::size_t kMaxName = 255;  // bytes
constexpr std::size_t kKeySize = 32;
constexpr std::size_t kIdSize = 4;
constexpr char kEd25519 = '\x01';  // algorithm
constexpr std::string_view kDash = "\xe2\x80\x94 ";
constexpr std::string_view kType = "ssh-ed25519";

Error bad_note(std::string cause) { return verification_error("signed note", std::move(cause)); }
Error bad_key(std::string cause) { return usage_error("log key", std::move(cause)); }

bool is_key_name(std::string_view name) {
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != '+' && c != '\x7f';
  });
  return plain && !name.empty() && name.size() <= kMaxName && is_utf8(name);
}

bool is_note_text(std::string_view text) {
  return is_utf8(text) && std::none_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) < ' ' && c != '\n';
         });
}

struct SignatureLine {
  std::string_view name;
  std::vector<uint8_t> bytes;  // key id, signature
};

Result<SignatureLine> parse_line(std::string_view line) {
  if (!line.starts_with(kDash)) return bad_note("has a signature line that does not begin as one");
  line.remove_prefix(kDash.size());
  const std::size_t space = line.find(' ');
  SignatureLine out;
  out.name = line.substr(0, space);
  if (space == std::string_view::npos || !is_key_name(out.name)) {
    return bad_note("has a signature line without a key's name");
  }
  auto decoded = base64_decode(line.substr(space + 1));
  if (!decoded.ok() || decoded->size() <= kIdSize) {
    return bad_note("has a signature line without a signature");
  }
  out.bytes = std::move(*decoded);
  return out;
}

// True: the line is the key's, and its signature is right.
Result<bool> is_signed_by(const SignatureLine& line, std::string_view text, const NoteKey& key) {
  const std::string_view bytes = as_text(line.bytes);
  if (line.name != key.name() || bytes.substr(0, kIdSize) != key.id()) return false;
  if (key.verifies(text, bytes.substr(kIdSize))) return true;
  return bad_note("has a signature that is not by the key that it names, " + key.name());
}

}  // namespace

Result<NoteKey> NoteKey::parse(std::string_view untrusted_vkey) {
  const std::size_t first = untrusted_vkey.find('+');
  const std::size_t second = untrusted_vkey.find('+', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) {
    return bad_key("is not 'NAME+ID+KEY'");
  }
  const std::string_view name = untrusted_vkey.substr(0, first);
  const auto key = base64_decode(untrusted_vkey.substr(second + 1));
  if (!is_key_name(name)) return bad_key("has no usable name");
  if (!key.ok() || key->size() != 1 + kKeySize || key->front() != kEd25519) {
    return bad_key("is no Ed25519 key");
  }
  NoteKey out{std::string(name), std::string(as_text(*key).substr(1))};
  if (out.vkey() != untrusted_vkey) return bad_key("has another id than its name and key give");
  return out;
}

Result<NoteKey> NoteKey::from_ssh(const std::string& name, const SshPublicKey& key) {
  if (!is_key_name(name)) return bad_key("has no usable name: '" + name + "'");
  HALLMARK_TRY(const SshKeyParts parts, take_apart_ssh_key(key.blob));
  if (key.type != kType) return bad_key("is of type " + key.type + ", and must be ssh-ed25519");
  return NoteKey(name, std::string(parts.point));
}

std::string NoteKey::id() const {
  const Sha256Digest digest = sha256(name_ + '\n' + kEd25519 + key_);
  return std::string(as_text(digest.view()).substr(0, kIdSize));
}

std::string NoteKey::vkey() const {
  return name_ + '+' + hex_encode(as_bytes(id())) + '+' + base64_encode(as_bytes(kEd25519 + key_));
}

std::string NoteKey::signature_line(std::string_view signature) const {
  return std::string(kDash) + name_ + ' ' + base64_encode(as_bytes(id() + std::string(signature))) +
         '\n';
}

bool NoteKey::verifies(std::string_view text, std::string_view untrusted_signature) const {
  const std::string type(kType);
  const SshPublicKey key{type, ssh_string(type) + ssh_string(key_)};
  return verify_ssh_signature(key, ssh_string(type) + ssh_string(untrusted_signature), text).ok();
}

Result<std::string> open_note(std::string_view untrusted_note, const NoteKey& key) {
  if (untrusted_note.size() > kMaxNote) return bad_note("is too long");
  if (!is_note_text(untrusted_note)) return bad_note("holds what no note may hold");
  const std::size_t blank = untrusted_note.rfind("\n\n");
  if (blank == std::string_view::npos || !untrusted_note.ends_with('\n')) {
    return bad_note("has no signatures");
  }
  const std::string_view text = untrusted_note.substr(0, blank + 1);
  std::string_view rest = untrusted_note.substr(blank + 2);
  bool signed_by_key = false;
  for (std::size_t lines = 0; !rest.empty(); ++lines) {
    if (lines == kMaxSignatures) return bad_note("has too many signatures");
    const std::size_t end = rest.find('\n');
    HALLMARK_TRY(const SignatureLine line, parse_line(rest.substr(0, end)));
    HALLMARK_TRY(const bool by_key, is_signed_by(line, text, key));
    signed_by_key = signed_by_key || by_key;
    rest.remove_prefix(end + 1);
  }
  if (!signed_by_key) return bad_note("is not signed by " + key.vkey());
  return std::string(text);
}

std::string make_note(std::string_view text, const std::string& signature_line) {
  return std::string(text) + '\n' + signature_line;
}

}  // namespace hallmark
