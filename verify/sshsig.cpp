#include "verify/sshsig.hpp"

#include <openssl/evp.h>

#include <array>
#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "core/model/approval.hpp"
#include "verify/ssh_signature.hpp"
#include "verify/ssh_wire.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kArmorLimit = 32768;  // bytes; an RSA key of 16384 bits needs 6 KiB
constexpr std::string_view kBegin = "-----BEGIN SSH SIGNATURE-----\n";
constexpr std::string_view kEnd = "-----END SSH SIGNATURE-----";
constexpr std::size_t kArmorLine = 70;  // characters, as ssh-keygen writes them
constexpr std::string_view kMagic = "SSHSIG";
constexpr uint32_t kVersion = 1;
constexpr std::string_view kSha512 = "sha512";

Error bad_sshsig(std::string cause, std::string hint = "") {
  return verification_error("SSH signature", std::move(cause), std::move(hint));
}

struct Envelope {
  std::string_view public_key;
  std::string_view name_space;
  std::string_view hash;
  std::string_view signature;
};

Result<Envelope> open_envelope(std::string_view untrusted_blob) {
  SshCursor cursor(untrusted_blob);
  if (!cursor.skip(kMagic)) return bad_sshsig("is malformed");
  const auto version = cursor.take_u32();
  if (version && *version != kVersion) return bad_sshsig("is of a version that is not supported");
  Envelope envelope;
  envelope.public_key = cursor.take_string().value_or("");
  envelope.name_space = cursor.take_string().value_or("");
  const auto reserved = cursor.take_string();
  envelope.hash = cursor.take_string().value_or("");
  envelope.signature = cursor.take_string().value_or("");
  if (!cursor.finished()) return bad_sshsig("is malformed");
  if (!reserved || !reserved->empty()) return bad_sshsig("uses a reserved field");
  return envelope;
}

Result<std::string> digest(std::string_view hash, std::string_view message) {
  const EVP_MD* algorithm = nullptr;
  if (hash == "sha256") algorithm = EVP_sha256();
  if (hash == "sha512") algorithm = EVP_sha512();
  if (algorithm == nullptr) return bad_sshsig("uses a hash that is not sha256 or sha512");
  std::array<uint8_t, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  if (EVP_Digest(message.data(), message.size(), out.data(), &size, algorithm, nullptr) != 1) {
    return failed("SSH signature", "the message cannot be hashed");
  }
  return std::string(as_text(out).substr(0, size));
}

std::string signed_bytes(std::string_view name_space, std::string_view hash,
                         std::string_view message_digest) {
  return std::string(kMagic) + ssh_string(name_space) + ssh_string("") + ssh_string(hash) +
         ssh_string(message_digest);
}

}  // namespace

Result<std::string> sshsig_bytes(std::string_view untrusted_armor) {
  std::string_view armor = untrusted_armor;
  if (armor.size() > kArmorLimit) return bad_sshsig("is too long");
  if (armor.ends_with('\n')) armor.remove_suffix(1);
  if (!armor.starts_with(kBegin) || !armor.ends_with(kEnd) ||
      armor.size() < kBegin.size() + kEnd.size()) {
    return bad_sshsig("is not an armoured SSH signature",
                      "make one with: ssh-keygen -Y sign -n NAMESPACE -f KEY FILE");
  }
  armor.remove_prefix(kBegin.size());
  armor.remove_suffix(kEnd.size());
  std::string encoded;
  while (!armor.empty()) {
    const std::size_t end = armor.find('\n');
    if (end == std::string_view::npos || end == 0) return bad_sshsig("is malformed");
    encoded += armor.substr(0, end);
    armor.remove_prefix(end + 1);
  }
  const Result<std::vector<uint8_t>> decoded = base64_decode(encoded);
  if (!decoded.ok()) return bad_sshsig("is malformed");
  return std::string(as_text(*decoded));
}

std::string sshsig_armor(std::string_view bytes) {
  const std::string encoded = base64_encode(as_bytes(bytes));
  std::string out(kBegin);
  for (std::size_t i = 0; i < encoded.size(); i += kArmorLine) {
    out += encoded.substr(i, kArmorLine) + '\n';
  }
  return out + std::string(kEnd) + '\n';
}

Result<SshPublicKey> claimed_sshsig_key(std::string_view untrusted_bytes) {
  HALLMARK_TRY(const Envelope envelope, open_envelope(untrusted_bytes));
  return SshPublicKey::from_blob(envelope.public_key);
}

Result<SshPublicKey> verify_sshsig(std::string_view untrusted_armor, std::string_view message,
                                   std::string_view expected_namespace, SshsigHashes accepted) {
  HALLMARK_TRY(const std::string blob, sshsig_bytes(untrusted_armor));
  HALLMARK_TRY(const Envelope envelope, open_envelope(blob));
  if (expected_namespace.empty() || envelope.name_space != expected_namespace) {
    return bad_sshsig("was not made for the namespace " + std::string(expected_namespace),
                      "sign with: ssh-keygen -Y sign -n " + std::string(expected_namespace));
  }
  if (accepted == SshsigHashes::kSha512 && envelope.hash != "sha512") {
    return bad_sshsig("uses a hash other than sha512",
                      "sign with ssh-keygen and without -O hashalg");
  }
  HALLMARK_TRY(SshPublicKey key, SshPublicKey::from_blob(envelope.public_key));
  HALLMARK_TRY(const std::string message_digest, digest(envelope.hash, message));
  HALLMARK_CHECK(verify_ssh_signature(
      key, envelope.signature, signed_bytes(envelope.name_space, envelope.hash, message_digest)));
  return key;
}

Result<std::string> sshsig_statement(std::string_view name_space, std::string_view message) {
  HALLMARK_TRY(const std::string message_digest, digest(kSha512, message));
  return signed_bytes(name_space, kSha512, message_digest);
}

std::string sshsig_by(const SshPublicKey& key, std::string_view name_space,
                      std::string_view signature) {
  return sshsig_armor(std::string(kMagic) + ssh_u32(kVersion) + ssh_string(key.blob) +
                      ssh_string(name_space) + ssh_string("") + ssh_string(kSha512) +
                      ssh_string(signature));
}

Result<SshPublicKey> verify_approval_signature(std::string_view untrusted_armor,
                                               std::string_view statement) {
  return verify_sshsig(untrusted_armor, statement, kApprovalNamespace, SshsigHashes::kSha512);
}

}  // namespace hallmark
