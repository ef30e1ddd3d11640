// GpgKeys: raw signatures.
#include <gpg-error.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>
#include <memory>
#include <tuple>

#include "core/bytes.hpp"
#include "core/sexp.hpp"
#include "signer/agent_signature.hpp"
#include "signer/gpg_keys.hpp"

namespace hallmark {
namespace {

struct OpensslDeleter {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};
using CertificatePtr = std::unique_ptr<X509, OpensslDeleter>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, OpensslDeleter>;

Result<CertificatePtr> read_certificate(std::span<const uint8_t> der) {
  const unsigned char* cursor = der.data();
  CertificatePtr certificate(d2i_X509(nullptr, &cursor, static_cast<long>(der.size())));
  if (!certificate) return failed("certificate", "cannot be read");
  return certificate;
}

// As SETHASH calls it.
const char* agent_hash_name(HashAlgorithm hash) {
  switch (hash) {
    case HashAlgorithm::kSha1:
      return "sha1";
    case HashAlgorithm::kSha256:
      return "sha256";
    case HashAlgorithm::kSha384:
      return "sha384";
    case HashAlgorithm::kSha512:
      break;
  }
  return "sha512";
}

// What the agent is given. It takes no digest that is shorter than an EC key's order. ECDSA signs a
// number, and zeros before a number do not change it: so a short digest gets some, and the name of
// a hash of that length, and the signature is over the digest that was asked for.
AgentSignature agent_signature(const RawKey& key, EVP_PKEY* public_key, HashAlgorithm hash,
                               std::span<const uint8_t> digest) {
  const bool ec = EVP_PKEY_get_base_id(public_key) == EVP_PKEY_EC;
  const int bits = ec ? EVP_PKEY_get_bits(public_key) : 0;
  std::size_t zeros = 0;
  for (const auto& [longer, size, order] : {std::tuple{HashAlgorithm::kSha384, 48U, 256},
                                            std::tuple{HashAlgorithm::kSha512, 64U, 384}}) {
    if (bits <= order || digest.size() >= size) continue;
    hash = longer;
    zeros = size - digest.size();
  }
  return {key.keygrip, agent_hash_name(hash), std::string(2 * zeros, '0') + hex_encode(digest)};
}

Status check_raw_signature(EVP_PKEY* key, HashAlgorithm hash, std::span<const uint8_t> digest,
                           std::span<const uint8_t> signature) {
  const KeyContext context(EVP_PKEY_CTX_new(key, nullptr));
  bool good = context && EVP_PKEY_verify_init(context.get()) == 1;
  if (good && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA) {
    good = EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1;
  }
  good = good && EVP_PKEY_CTX_set_signature_md(context.get(), openssl_hash(hash)) == 1 &&
         EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.data(),
                         digest.size()) == 1;
  if (!good) {
    return verification_error("key agent",
                              "made a signature that the certificate's key does not verify",
                              "check that keygrip and certificate in the policy belong together");
  }
  return ok_status();
}

}  // namespace

Result<bool> GpgKeys::has_key(const std::string& keygrip) {
  HALLMARK_TRY(AgentSession agent, restricted_session(agent_socket_));
  return agent.succeeds("HAVEKEY " + keygrip, GPG_ERR_NO_SECKEY);
}

Result<std::vector<uint8_t>> GpgKeys::sign_digest(const RawKey& key, HashAlgorithm hash,
                                                  std::span<const uint8_t> digest,
                                                  const SigningPurpose& purpose) {
  HALLMARK_TRY(const CertificatePtr x509, read_certificate(key.certificate));
  EVP_PKEY* public_key = X509_get0_pubkey(x509.get());
  if (public_key == nullptr) return failed("certificate", "holds no key that can be used");
  const bool rsa = EVP_PKEY_get_base_id(public_key) == EVP_PKEY_RSA;

  HALLMARK_TRY(AgentSession agent, restricted_session(agent_socket_));
  HALLMARK_TRY(const std::string answer,
               ask_for_signature(agent, agent_signature(key, public_key, hash, digest), purpose));
  HALLMARK_TRY(std::vector<uint8_t> signature,
               signature_from_sexp(
                   answer, rsa ? static_cast<std::size_t>(EVP_PKEY_get_size(public_key)) : 0));
  HALLMARK_CHECK(check_raw_signature(public_key, hash, digest, signature));
  return signature;
}

}  // namespace hallmark
