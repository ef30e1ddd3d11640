#include "verify/apk/public_key.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "core/digest.hpp"

namespace hallmark {
namespace {

constexpr int kMinRsaBits = 1024;
constexpr int kMaxRsaBits = 16384;
constexpr int kMaxRsaExponentBits = 33;
constexpr int kMinDsaBits = 1024;
constexpr int kMaxDsaBits = 3072;
constexpr std::size_t kMaxSubject = 1024;

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using MdContext = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;
using X509Owner = std::unique_ptr<X509, Deleter<X509_free>>;
using BignumOwner = std::unique_ptr<BIGNUM, Deleter<BN_free>>;
using BioOwner = std::unique_ptr<BIO, Deleter<BIO_free>>;

// libcrypto leaves the reasons of a refusal in a queue of the thread; they are not for whoever
// looks there next.
struct ErrorQueueCleaner {
  ErrorQueueCleaner() = default;
  ErrorQueueCleaner(const ErrorQueueCleaner&) = delete;
  ErrorQueueCleaner& operator=(const ErrorQueueCleaner&) = delete;
  ~ErrorQueueCleaner() { ERR_clear_error(); }
};

std::string text_parameter(const EVP_PKEY* key, const char* name) {
  std::array<char, 80> value{};
  std::size_t length = 0;
  if (EVP_PKEY_get_utf8_string_param(key, name, value.data(), value.size(), &length) != 1)
    return "";
  return std::string(value.data(), length);
}

// Curves given by explicit parameters are an old way to make one key pass for another.
bool is_supported_curve(const EVP_PKEY* key) {
  const std::string curve = text_parameter(key, OSSL_PKEY_PARAM_GROUP_NAME);
  return text_parameter(key, OSSL_PKEY_PARAM_EC_ENCODING) == OSSL_PKEY_EC_ENCODING_GROUP &&
         (curve == SN_X9_62_prime256v1 || curve == SN_secp384r1 || curve == SN_secp521r1);
}

Status check_bits(const char* kind, int bits, int min, int max) {
  if (bits >= min && bits <= max) return ok_status();
  return verification_error("public key", std::string("is ") + kind + " of " +
                                              std::to_string(bits) + " bits, not " +
                                              std::to_string(min) + " to " + std::to_string(max));
}

// As Android's BoringSSL has it. A public exponent as long as the modulus would make each check of
// a signature, of which a file may have hundreds, as slow as the making of one.
Status check_rsa_exponent(const EVP_PKEY* key) {
  BIGNUM* exponent = nullptr;
  const bool found = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent) == 1;
  const BignumOwner owner(exponent);
  if (found && BN_is_odd(exponent) == 1 && BN_num_bits(exponent) > 1 &&
      BN_num_bits(exponent) <= kMaxRsaExponentBits) {
    return ok_status();
  }
  return verification_error("public key", "is RSA with an exponent that Android does not accept");
}

Result<KeyKind> supported_kind(const EVP_PKEY* key) {
  const int bits = EVP_PKEY_get_bits(key);
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
      HALLMARK_CHECK(check_bits("RSA", bits, kMinRsaBits, kMaxRsaBits));
      HALLMARK_CHECK(check_rsa_exponent(key));
      return KeyKind::kRsa;
    case EVP_PKEY_DSA:
      HALLMARK_CHECK(check_bits("DSA", bits, kMinDsaBits, kMaxDsaBits));
      return KeyKind::kDsa;
    case EVP_PKEY_EC:
      if (is_supported_curve(key)) return KeyKind::kEc;
      break;
    default:
      break;
  }
  return verification_error("public key", "is neither RSA, DSA nor EC on P-256, P-384 or P-521");
}

std::string subject_of(const X509* certificate) {
  const BioOwner out(BIO_new(BIO_s_mem()));
  if (!out ||
      X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253) < 0) {
    return "";
  }
  char* text = nullptr;
  const long length = BIO_get_mem_data(out.get(), &text);
  std::string subject(text, std::min<std::size_t>(static_cast<std::size_t>(length), kMaxSubject));
  // RFC 2253 printing escapes already; this is for names of string types that it cannot decode.
  std::replace_if(
      subject.begin(), subject.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return subject;
}

std::vector<uint8_t> spki_of(const X509* certificate) {
  uint8_t* der = nullptr;
  const int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (length <= 0) return {};
  std::vector<uint8_t> spki(der, der + length);
  OPENSSL_free(der);
  return spki;
}

int64_t seconds_of(const ASN1_TIME* time) {
  std::tm parts{};
  return ASN1_TIME_to_tm(time, &parts) == 1 ? ::timegm(&parts) : 0;
}

}  // namespace

void PublicKey::KeyDeleter::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

Result<PublicKey> PublicKey::parse(std::span<const uint8_t> untrusted_spki) {
  const ErrorQueueCleaner cleaner;
  const uint8_t* position = untrusted_spki.data();
  PublicKey out;
  out.key_.reset(d2i_PUBKEY(nullptr, &position, static_cast<long>(untrusted_spki.size())));
  if (!out.key_ || position != untrusted_spki.data() + untrusted_spki.size()) {
    return verification_error("public key", "is malformed");
  }
  HALLMARK_TRY(out.kind_, supported_kind(out.key_.get()));
  out.bits_ = static_cast<unsigned>(EVP_PKEY_get_bits(out.key_.get()));
  return out;
}

std::string PublicKey::description() const {
  const char* kind = kind_ == KeyKind::kRsa ? "RSA " : kind_ == KeyKind::kEc ? "EC " : "DSA ";
  return kind + std::to_string(bits_);
}

bool PublicKey::verify(const SignatureAlgorithm& algorithm, std::span<const uint8_t> message,
                       std::span<const uint8_t> signature) const {
  if (algorithm.key != kind_) return false;
  const ErrorQueueCleaner cleaner;
  const EVP_MD* hash = openssl_hash(algorithm.hash);
  const MdContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;  // owned by the context
  if (!context ||
      EVP_DigestVerifyInit(context.get(), &parameters, hash, nullptr, key_.get()) != 1) {
    return false;
  }
  if (algorithm.pss &&
      (EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) != 1 ||
       EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) != 1)) {
    return false;
  }
  return EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                          message.size()) == 1;
}

Result<Certificate> parse_certificate(std::span<const uint8_t> untrusted_der) {
  const ErrorQueueCleaner cleaner;
  const uint8_t* position = untrusted_der.data();
  const X509Owner certificate(
      d2i_X509(nullptr, &position, static_cast<long>(untrusted_der.size())));
  if (!certificate || position != untrusted_der.data() + untrusted_der.size()) {
    return verification_error("certificate", "is malformed");
  }
  Certificate out;
  out.sha256 = sha256(as_text(untrusted_der));
  out.subject = subject_of(certificate.get());
  out.spki = spki_of(certificate.get());
  out.not_before = seconds_of(X509_get0_notBefore(certificate.get()));
  out.not_after = seconds_of(X509_get0_notAfter(certificate.get()));
  return out;
}

}  // namespace hallmark
