#include "verify/ssh_signature.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <memory>
#include <vector>

#include "core/bytes.hpp"
#include "verify/ssh_key_parts.hpp"
#include "verify/ssh_security_key.hpp"
#include "verify/ssh_wire.hpp"

namespace hallmark {
namespace {

template <auto free_function>
struct Freer {
  template <typename T>
  void operator()(T* object) const {
    free_function(object);
  }
};
using KeyHandle = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Freer<BN_free>>;
using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, Freer<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Freer<OSSL_PARAM_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG_free>>;

Error bad_signature(std::string cause) {
  return verification_error("SSH signature", std::move(cause));
}

const uint8_t* bytes_of(std::string_view text) { return as_bytes(text).data(); }

Number number_from(std::string_view big_endian) {
  return Number(BN_bin2bn(bytes_of(big_endian), static_cast<int>(big_endian.size()), nullptr));
}

KeyHandle key_from(const char* algorithm, OSSL_PARAM_BLD* builder) {
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, algorithm, nullptr));
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1) return nullptr;
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return nullptr;
  }
  return KeyHandle(key);
}

KeyHandle make_ecdsa_key(const SshKeyParts& parts) {
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  const bool pushed = builder &&
                      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                                      parts.type->group, 0) == 1 &&
                      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                                       parts.point.data(), parts.point.size()) == 1;
  return pushed ? key_from("EC", builder.get()) : nullptr;
}

KeyHandle make_rsa_key(const SshKeyParts& parts) {
  const Number modulus = number_from(parts.modulus);
  const Number exponent = number_from(parts.exponent);
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  const bool pushed =
      builder && modulus && exponent &&
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) == 1 &&
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) == 1;
  return pushed ? key_from("RSA", builder.get()) : nullptr;
}

KeyHandle make_key(const SshKeyParts& parts) {
  switch (parts.type->kind) {
    case SshKeyKind::kEcdsa:
      return make_ecdsa_key(parts);
    case SshKeyKind::kRsa:
      return make_rsa_key(parts);
    case SshKeyKind::kEd25519:
      break;
  }
  return KeyHandle(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(parts.point),
                                               parts.point.size()));
}

// `digest` is null for Ed25519, which hashes for itself.
bool check(EVP_PKEY* key, const char* digest, std::string_view signature,
           std::string_view message) {
  const DigestContext context(EVP_MD_CTX_new());
  const bool valid = context &&
                     EVP_DigestVerifyInit_ex(context.get(), nullptr, digest, nullptr, nullptr, key,
                                             nullptr) == 1 &&
                     EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(),
                                      bytes_of(message), message.size()) == 1;
  ERR_clear_error();
  return valid;
}

// The signature field: two SSH numbers. libcrypto wants them as DER.
Result<std::string> ecdsa_der(std::string_view untrusted_field) {
  SshCursor cursor(untrusted_field);
  const auto r = cursor.take_positive_mpint();
  const auto s = cursor.take_positive_mpint();
  if (!r || !s || !cursor.finished()) return bad_signature("is malformed");
  EcdsaSignature signature(ECDSA_SIG_new());
  Number r_number = number_from(*r);
  Number s_number = number_from(*s);
  if (!signature || !r_number || !s_number) return bad_signature("cannot be read");
  ECDSA_SIG_set0(signature.get(), r_number.release(), s_number.release());
  const int size = i2d_ECDSA_SIG(signature.get(), nullptr);
  if (size <= 0) return bad_signature("cannot be read");
  std::vector<uint8_t> der(static_cast<std::size_t>(size));
  uint8_t* end = der.data();
  i2d_ECDSA_SIG(signature.get(), &end);
  return std::string(as_text(der));
}

struct Signature {
  const char* digest = nullptr;
  std::string bytes;  // as libcrypto wants them
};

Result<Signature> read_rsa(std::string_view algorithm, std::string_view field,
                           const SshKeyParts& parts) {
  Signature signature;
  if (algorithm == "rsa-sha2-256") signature.digest = "SHA256";
  if (algorithm == "rsa-sha2-512") signature.digest = "SHA512";
  if (signature.digest == nullptr) {
    return bad_signature("is of an algorithm that is not accepted for RSA");
  }
  // Some agents write the number without its leading zeros; OpenSSH accepts it too.
  if (field.empty() || field.size() > parts.modulus.size()) return bad_signature("is malformed");
  signature.bytes = std::string(parts.modulus.size() - field.size(), '\0') + std::string(field);
  return signature;
}

Result<Signature> read_signature(std::string_view algorithm, std::string_view field,
                                 const SshKeyParts& parts) {
  if (parts.type->kind == SshKeyKind::kRsa) return read_rsa(algorithm, field, parts);
  if (algorithm != parts.type->name && !is_webauthn(*parts.type, algorithm)) {
    return bad_signature("is not of its key's type");
  }
  if (parts.type->kind == SshKeyKind::kEd25519) return Signature{nullptr, std::string(field)};
  HALLMARK_TRY(std::string der, ecdsa_der(field));
  return Signature{parts.type->digest, std::move(der)};
}

}  // namespace

Status verify_ssh_signature(const SshPublicKey& key, std::string_view untrusted_signature,
                            std::string_view message) {
  HALLMARK_TRY(const SshKeyParts parts, take_apart_ssh_key(key.blob));
  SshCursor cursor(untrusted_signature);
  const auto algorithm = cursor.take_string();
  const auto field = cursor.take_string();
  if (!algorithm || !field) return bad_signature("is malformed");
  std::string statement(parts.type->security_key ? "" : message);
  if (parts.type->security_key) {
    HALLMARK_TRY(statement, authenticator_statement(parts, *algorithm, cursor, message));
  }
  if (!cursor.finished()) return bad_signature("has bytes after its end");
  HALLMARK_TRY(const Signature signature, read_signature(*algorithm, *field, parts));

  const KeyHandle handle = make_key(parts);
  if (!handle) {
    ERR_clear_error();
    return bad_signature("has a key that is not on its curve");
  }
  if (!check(handle.get(), signature.digest, signature.bytes, statement)) {
    return bad_signature("is not this key's over this message");
  }
  return ok_status();
}

}  // namespace hallmark
