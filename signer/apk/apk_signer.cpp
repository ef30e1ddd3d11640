#include "signer/apk/apk_signer.hpp"

namespace hallmark {
namespace {

Result<const SignatureAlgorithm*> choose_algorithm(const PublicKey& key) {
  const bool rsa = key.kind() == KeyKind::kRsa;
  const bool usable_rsa = rsa && key.bits() >= 2048 && key.bits() <= 4096;
  if (!usable_rsa && key.kind() != KeyKind::kEc) {
    return policy_error("APK signing key", "is " + key.description(),
                        "use RSA of 2048 to 4096 bits, P-256, P-384 or P-521");
  }
  if (rsa) return find_signature_algorithm(key.bits() <= 3072 ? kRsaPkcs1Sha256 : kRsaPkcs1Sha512);
  return find_signature_algorithm(key.bits() <= 256 ? kEcdsaSha256 : kEcdsaSha512);
}

}  // namespace

Result<std::vector<uint8_t>> ApkSigner::sign(std::span<const uint8_t> message) const {
  return key.sign(algorithm->hash, hash_bytes(algorithm->hash, message));
}

Result<ApkSigner> prepare_signer(const ApkSigningKey& key) {
  ApkSigner signer;
  signer.key = key;
  HALLMARK_TRY(signer.certificate, parse_certificate(key.certificate));
  HALLMARK_TRY(const PublicKey public_key, PublicKey::parse(signer.certificate.spki));
  HALLMARK_TRY(signer.algorithm, choose_algorithm(public_key));
  return signer;
}

}  // namespace hallmark
