// Public keys and certificates of APK signers.
//
// Keys: RSA of 1024 to 16384 bits; EC on P-256, P-384 or P-521, as a named curve; DSA of 1024 to
// 3072 bits with its parameters. Certificates are
// X.509, of which an APK uses only the bytes, the public key and, for people, the subject: no
// chain, no validity, no revocation.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "verify/apk/signature_algorithm.hpp"

struct evp_pkey_st;

namespace hallmark {

class PublicKey {
 public:
  // A DER SubjectPublicKeyInfo and nothing after it.
  static Result<PublicKey> parse(std::span<const uint8_t> untrusted_spki);

  KeyKind kind() const { return kind_; }
  unsigned bits() const { return bits_; }
  std::string description() const;  // "RSA 4096", "EC 256", "DSA 2048"

  // Whether `signature` (PKCS#1 bytes, or a DER sequence of r and s for EC and DSA) is this key's
  // over `message`.
  bool verify(const SignatureAlgorithm& algorithm, std::span<const uint8_t> message,
              std::span<const uint8_t> signature) const;

 private:
  struct KeyDeleter {
    void operator()(evp_pkey_st* key) const;
  };
  std::unique_ptr<evp_pkey_st, KeyDeleter> key_;
  KeyKind kind_ = KeyKind::kRsa;
  unsigned bits_ = 0;
};

struct Certificate {
  Sha256Digest sha256;  // of the DER
  std::string subject;  // RFC 2253, printable ASCII, at most 1024 characters
  std::vector<uint8_t> spki;
  // From when until when it says that it is valid, seconds since 1970; 0: not readable. Android
  // does not look.
  int64_t not_before = 0;
  int64_t not_after = 0;
};

// A DER certificate and nothing after it.
Result<Certificate> parse_certificate(std::span<const uint8_t> untrusted_der);

}  // namespace hallmark
