#include "verify/apk/jar_block.hpp"

#include <string>
#include <utility>
#include <vector>

#include "verify/apk/hash.hpp"
#include "verify/apk/jar_algorithms.hpp"
#include "verify/apk/pkcs7.hpp"
#include "verify/apk/public_key.hpp"
#include "verify/apk/signing_certificate.hpp"

namespace hallmark {
namespace {

// Below, what the attributes say of the content was not compared with it.
constexpr uint32_t kFirstSdkWithSignedAttributes = 19;

Error unverifiable(std::string why) {
  return verification_error("JAR_SIG_VERIFY_EXCEPTION", std::move(why));
}
Error bad_signature(const char* why) { return verification_error("JAR_SIG_DID_NOT_VERIFY", why); }

Result<const JarAlgorithm*> choose_algorithm(const Pkcs7Block& block, SdkRange devices) {
  const JarAlgorithm* algorithm =
      find_jar_algorithm(block.digest_algorithm, block.signature_algorithm);
  if (algorithm != nullptr && algorithm->is_supported(devices)) return algorithm;
  const std::string name = algorithm == nullptr
                               ? "digest " + hex_encode(block.digest_algorithm) +
                                     " with signature " + hex_encode(block.signature_algorithm)
                               : algorithm->algorithm.name;
  return verification_error(
      "JAR_SIG_UNSUPPORTED_SIG_ALG",
      name.substr(0, 200) + " is not what all devices from SDK " + std::to_string(devices.min) +
          (devices.max < 1000 ? " to " + std::to_string(devices.max) : " on") + " support");
}

Result<Certificate> signer_certificate(const Pkcs7Block& block) {
  for (const std::span<const uint8_t> certificate : block.certificates) {
    if (!parse_certificate(certificate).ok()) {
      return verification_error("JAR_SIG_PARSE_EXCEPTION", "a certificate is malformed");
    }
  }
  if (block.signer_certificate.empty()) {
    return unverifiable("the certificate that the signer names is not there");
  }
  if (!may_sign(block.signer_certificate)) {
    return unverifiable("the signer's certificate is not for signing, or for a purpose unknown");
  }
  return parse_certificate(block.signer_certificate);
}

// What the signature is over: the .SF, or attributes that have its digest.
Result<std::span<const uint8_t>> signed_bytes(const Pkcs7Block& block, HashAlgorithm hash,
                                              std::span<const uint8_t> signature_file,
                                              SdkRange devices) {
  if (!block.signed_attributes) return signature_file;
  const Pkcs7SignedAttributes& attributes = *block.signed_attributes;
  if (devices.min < kFirstSdkWithSignedAttributes) {
    return unverifiable("devices below 19 do not check what signed attributes say");
  }
  if (as_text(attributes.content_type) != as_text(block.content_type)) {
    return bad_signature("the signed attributes are for content of another type");
  }
  const std::vector<uint8_t> digest = hash_bytes(hash, signature_file);
  if (as_text(attributes.message_digest) != as_text(digest)) {
    return bad_signature("the signed attributes are for another signature file");
  }
  return std::span<const uint8_t>(attributes.signed_bytes);
}

}  // namespace

Result<JarBlockSigner> judge_jar_block(std::span<const uint8_t> untrusted_block,
                                       std::span<const uint8_t> untrusted_signature_file,
                                       SdkRange devices) {
  HALLMARK_TRY(const Pkcs7Block block, parse_pkcs7_block(untrusted_block));
  HALLMARK_TRY(const JarAlgorithm* chosen, choose_algorithm(block, devices));
  const SignatureAlgorithm& algorithm = chosen->algorithm;
  HALLMARK_TRY(const Certificate certificate, signer_certificate(block));
  const Result<PublicKey> key = PublicKey::parse(certificate.spki);
  if (!key.ok()) return unverifiable(key.error().message());
  if (key->kind() != algorithm.key) {
    return unverifiable("the certificate's key is not of the kind that the signature needs");
  }
  HALLMARK_TRY(const auto message,
               signed_bytes(block, algorithm.hash, untrusted_signature_file, devices));
  if (!key->verify(algorithm, message, block.signature)) {
    return bad_signature("the signature over the signature file is not good");
  }
  JarBlockSigner signer;
  signer.facts = {"v1", certificate.sha256.hex(), certificate.subject, key->description()};
  signer.certificate = certificate.sha256;
  return signer;
}

}  // namespace hallmark
