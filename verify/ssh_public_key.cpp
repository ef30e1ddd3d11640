#include "verify/ssh_public_key.hpp"

#include <array>
#include <bit>

#include "core/bytes.hpp"
#include "core/digest.hpp"
#include "verify/ssh_key_parts.hpp"
#include "verify/ssh_wire.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMinimumRsaBits = 3072;
constexpr std::size_t kMaximumRsaBits = 16384;
constexpr std::size_t kLineLimit = 16384;
constexpr std::size_t kMaximumExponentBytes = 8;  // libcrypto's own limit for large moduli
constexpr std::size_t kApplicationLimit = 1024;

constexpr std::array<SshKeyType, 7> kTypes{{
    {"ssh-ed25519", SshKeyKind::kEd25519, false, "", "", "", 32},
    {"ecdsa-sha2-nistp256", SshKeyKind::kEcdsa, false, "nistp256", "prime256v1", "SHA256", 65},
    {"ecdsa-sha2-nistp384", SshKeyKind::kEcdsa, false, "nistp384", "secp384r1", "SHA384", 97},
    {"ecdsa-sha2-nistp521", SshKeyKind::kEcdsa, false, "nistp521", "secp521r1", "SHA512", 133},
    {"ssh-rsa", SshKeyKind::kRsa, false, "", "", "", 0},
    {"sk-ssh-ed25519@openssh.com", SshKeyKind::kEd25519, true, "", "", "", 32},
    {"sk-ecdsa-sha2-nistp256@openssh.com", SshKeyKind::kEcdsa, true, "nistp256", "prime256v1",
     "SHA256", 65},
}};

Error bad_key(std::string cause) { return verification_error("SSH public key", std::move(cause)); }

std::size_t bit_length(std::string_view number) {
  if (number.empty()) return 0;
  const auto first = static_cast<uint8_t>(number.front());
  return (number.size() - 1) * 8 + static_cast<std::size_t>(std::bit_width(first));
}

bool is_odd(std::string_view number) {
  return !number.empty() && (static_cast<uint8_t>(number.back()) & 1U) != 0;
}

Status check_rsa(const SshKeyParts& parts) {
  const std::size_t bits = bit_length(parts.modulus);
  if (bits < kMinimumRsaBits || bits > kMaximumRsaBits) {
    return bad_key("is an RSA key of " + std::to_string(bits) + " bits; at least " +
                   std::to_string(kMinimumRsaBits) + " and at most " +
                   std::to_string(kMaximumRsaBits) + " are needed");
  }
  const bool exponent_ok = bit_length(parts.exponent) >= 2 && is_odd(parts.exponent) &&
                           parts.exponent.size() <= kMaximumExponentBytes;
  if (!exponent_ok || !is_odd(parts.modulus)) return bad_key("is not a usable RSA key");
  return ok_status();
}

}  // namespace

const SshKeyType* find_ssh_key_type(std::string_view name) {
  for (const SshKeyType& type : kTypes) {
    if (name == type.name) return &type;
  }
  return nullptr;
}

Result<SshKeyParts> take_apart_ssh_key(std::string_view untrusted_blob) {
  SshCursor cursor(untrusted_blob);
  SshKeyParts parts;
  const auto name = cursor.take_string();
  if (!name) return bad_key("is malformed");
  parts.type = find_ssh_key_type(*name);
  if (parts.type == nullptr) return bad_key("is of a type that is not supported");
  if (parts.type->kind == SshKeyKind::kRsa) {
    parts.exponent = cursor.take_positive_mpint().value_or("");
    parts.modulus = cursor.take_positive_mpint().value_or("");
  } else {
    if (parts.type->kind == SshKeyKind::kEcdsa) cursor.skip(ssh_string(parts.type->curve));
    parts.point = cursor.take_string().value_or("");
  }
  if (parts.type->security_key) parts.application = cursor.take_string().value_or("");
  if (!cursor.finished()) return bad_key("is malformed");

  if (parts.type->kind == SshKeyKind::kRsa) HALLMARK_CHECK(check_rsa(parts));
  if (parts.point.size() != parts.type->point_size) return bad_key("has the wrong size");
  if (parts.type->kind == SshKeyKind::kEcdsa && parts.point.front() != '\x04') {
    return bad_key("holds a compressed point");
  }
  if (parts.application.size() > kApplicationLimit) return bad_key("has too long an application");
  return parts;
}

Result<SshPublicKey> SshPublicKey::from_blob(std::string_view untrusted_blob) {
  HALLMARK_TRY(const SshKeyParts parts, take_apart_ssh_key(untrusted_blob));
  return SshPublicKey{parts.type->name, std::string(untrusted_blob)};
}

Result<SshPublicKey> SshPublicKey::parse(std::string_view openssh_line) {
  if (openssh_line.size() > kLineLimit) return bad_key("is too long");
  if (openssh_line.ends_with('\n')) openssh_line.remove_suffix(1);
  if (openssh_line.find('\n') != std::string_view::npos) return bad_key("is more than one line");
  const std::size_t space = openssh_line.find(' ');
  if (space == std::string_view::npos) return bad_key("is not 'TYPE BASE64'");
  const std::string_view type = openssh_line.substr(0, space);
  std::string_view encoded = openssh_line.substr(space + 1);
  encoded = encoded.substr(0, encoded.find(' '));
  if (find_ssh_key_type(type) == nullptr) return bad_key("is of a type that is not supported");
  const Result<std::vector<uint8_t>> decoded = base64_decode(encoded);
  if (!decoded.ok()) return bad_key("is not base64");
  HALLMARK_TRY(SshPublicKey key, from_blob(as_text(*decoded)));
  if (key.type != type) return bad_key("is not of the type that its line says");
  return key;
}

std::string SshPublicKey::openssh() const { return type + ' ' + base64_encode(as_bytes(blob)); }

std::string SshPublicKey::fingerprint() const {
  std::string encoded = base64_encode(sha256(blob).view());
  while (encoded.ends_with('=')) encoded.pop_back();
  return "SHA256:" + encoded;
}

}  // namespace hallmark
