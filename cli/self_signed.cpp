#include "cli/self_signed.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>

#include "core/digest.hpp"
#include "core/sexp.hpp"
#include "verify/apk/public_key.hpp"

namespace hallmark {
namespace {

using Der = std::vector<uint8_t>;

enum Tag : uint8_t {
  kInteger = 0x02,
  kBitString = 0x03,
  kNull = 0x05,
  kOid = 0x06,
  kUtf8String = 0x0c,
  kUtcTime = 0x17,
  kGeneralizedTime = 0x18,
  kSequence = 0x30,
  kSet = 0x31,
};

constexpr std::array<uint8_t, 9> kRsaEncryption = {0x2a, 0x86, 0x48, 0x86, 0xf7,
                                                   0x0d, 0x01, 0x01, 0x01};
constexpr std::array<uint8_t, 9> kSha256WithRsa = {0x2a, 0x86, 0x48, 0x86, 0xf7,
                                                   0x0d, 0x01, 0x01, 0x0b};
constexpr std::array<uint8_t, 7> kEcPublicKey = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01};
constexpr std::array<uint8_t, 8> kEcdsaWithSha256 = {0x2a, 0x86, 0x48, 0xce,
                                                     0x3d, 0x04, 0x03, 0x02};
constexpr std::array<uint8_t, 3> kCommonName = {0x55, 0x04, 0x03};
constexpr std::array<uint8_t, 8> kP256 = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
constexpr std::array<uint8_t, 5> kP384 = {0x2b, 0x81, 0x04, 0x00, 0x22};
constexpr std::array<uint8_t, 5> kP521 = {0x2b, 0x81, 0x04, 0x00, 0x23};

Der element(Tag tag, std::span<const uint8_t> content) {
  Der out = {tag};
  if (content.size() >= 0x80) {
    const bool short_size = content.size() <= 0xff;
    out.push_back(short_size ? 0x81 : 0x82);  // nothing here reaches 64 KiB
    if (!short_size) out.push_back(static_cast<uint8_t>(content.size() >> 8U));
  }
  out.push_back(static_cast<uint8_t>(content.size()));
  out.insert(out.end(), content.begin(), content.end());
  return out;
}

Der element(Tag tag, std::initializer_list<Der> parts) {
  Der content;
  for (const Der& part : parts) content.insert(content.end(), part.begin(), part.end());
  return element(tag, content);
}

Der bit_string(std::span<const uint8_t> bytes) {
  Der content = {0};  // no unused bits
  content.insert(content.end(), bytes.begin(), bytes.end());
  return element(kBitString, content);
}

// A big-endian number that is not negative.
Der integer(std::string_view bytes) {
  bytes.remove_prefix(std::min(bytes.find_first_not_of('\0'), bytes.size()));
  Der content;
  if (bytes.empty() || static_cast<uint8_t>(bytes.front()) >= 0x80) content.push_back(0);
  content.insert(content.end(), bytes.begin(), bytes.end());
  return element(kInteger, content);
}

Error unusable_key() { return failed("key agent", "gave a public key of an unexpected form"); }

// The atom in (name atom).
Result<std::string> value_of(const Sexp& list, std::string_view name) {
  const Sexp* pair = list.find(name);
  if (pair == nullptr || pair->items.size() != 2 || pair->items[1].is_list) return unusable_key();
  return pair->items[1].atom;
}

Result<Der> rsa_spki(const Sexp& rsa) {
  HALLMARK_TRY(const std::string n, value_of(rsa, "n"));
  HALLMARK_TRY(const std::string e, value_of(rsa, "e"));
  const Der key = element(kSequence, {integer(n), integer(e)});
  return element(kSequence, {element(kSequence, {element(kOid, kRsaEncryption), {kNull, 0}}),
                             bit_string(key)});
}

Result<Der> ec_spki(const Sexp& ecc) {
  HALLMARK_TRY(const std::string curve, value_of(ecc, "curve"));
  HALLMARK_TRY(const std::string point, value_of(ecc, "q"));
  std::span<const uint8_t> oid;
  // The second names are those of keys that came in as SSH keys.
  if (curve == "NIST P-256" || curve == "nistp256") oid = kP256;
  if (curve == "NIST P-384" || curve == "nistp384") oid = kP384;
  if (curve == "NIST P-521" || curve == "nistp521") oid = kP521;
  if (oid.empty()) return unusable_key();
  return element(kSequence, {element(kSequence, {element(kOid, kEcPublicKey), element(kOid, oid)}),
                             bit_string(as_bytes(point))});
}

Result<Der> random_serial() {
  std::array<char, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return errno_error("certificate", "cannot get random bytes");
  }
  bytes[0] = static_cast<char>((bytes[0] & 0x7f) | 0x40);  // positive, and never zero
  return integer({bytes.data(), bytes.size()});
}

Der signature_algorithm(KeyKind kind) {
  if (kind == KeyKind::kRsa) {
    return element(kSequence, {element(kOid, kSha256WithRsa), {kNull, 0}});
  }
  return element(kSequence, {element(kOid, kEcdsaWithSha256)});
}

Der name_of(std::string_view common_name) {
  const Der attribute =
      element(kSequence, {element(kOid, kCommonName), element(kUtf8String, as_bytes(common_name))});
  return element(kSequence, {element(kSet, {attribute})});
}

Der validity() {
  return element(kSequence, {element(kUtcTime, as_bytes("200101000000Z")),
                             element(kGeneralizedTime, as_bytes("20560101000000Z"))});
}

}  // namespace

Result<std::vector<uint8_t>> spki_from_sexp(std::string_view untrusted_sexp) {
  HALLMARK_TRY(const Sexp value, parse_sexp(untrusted_sexp));
  const bool is_key = value.is_list && !value.items.empty() && value.items[0].atom == "public-key";
  if (!is_key) return unusable_key();
  if (const Sexp* rsa = value.find("rsa")) return rsa_spki(*rsa);
  if (const Sexp* ecc = value.find("ecc")) return ec_spki(*ecc);
  return unusable_key();
}

Result<std::vector<uint8_t>> self_signed_certificate(std::span<const uint8_t> spki,
                                                     std::string_view common_name,
                                                     const Sha256Signer& sign) {
  HALLMARK_TRY(const PublicKey key, PublicKey::parse(spki));
  HALLMARK_TRY(const Der serial, random_serial());
  const Der algorithm = signature_algorithm(key.kind());
  const Der name = name_of(common_name);
  const Der to_sign = element(
      kSequence, {serial, algorithm, name, validity(), name, Der(spki.begin(), spki.end())});
  HALLMARK_TRY(const Der signature, sign(sha256(as_text(to_sign))));
  const uint32_t id = key.kind() == KeyKind::kRsa ? kRsaPkcs1Sha256 : kEcdsaSha256;
  if (!key.verify(*find_signature_algorithm(id), to_sign, signature)) {
    return failed("certificate", "was signed by another key than its own");
  }
  return element(kSequence, {to_sign, algorithm, bit_string(signature)});
}

}  // namespace hallmark
