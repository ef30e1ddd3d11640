// What --apk-key says, and the certificates that new keys sign for themselves.
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <catch2/catch_test_macros.hpp>

#include "cli/key_ceremony.hpp"
#include "cli/self_signed.hpp"
#include "verify/apk/public_key.hpp"

namespace hallmark {
namespace {

TEST_CASE("option apk-key: name, algorithm and options") {
  const auto plain = parse_apk_key_plan("app");
  REQUIRE(plain.ok());
  CHECK(plain->policy.name == "app");
  CHECK(plain->algorithm == "rsa4096");
  CHECK_FALSE(plain->policy.rotates);

  const auto full =
      parse_apk_key_plan("new:p384:rotates=old:min-sdk=28:schemes=v2+v3:signs=a.b+c.d");
  REQUIRE(full.ok());
  CHECK(full->algorithm == "p384");
  REQUIRE(full->policy.rotates);
  CHECK(full->policy.rotates->key == "old");
  CHECK(full->policy.rotates->min_sdk == 28);
  CHECK(full->policy.schemes == std::set{ApkScheme::kV2, ApkScheme::kV3});
  CHECK(full->policy.packages == std::vector<std::string>{"a.b", "c.d"});
}

TEST_CASE("option apk-key: what cannot be meant") {
  for (const char* text : {"a:p256:p384", "a:p256:colour=red", "a:schemes=v9", "a:min-sdk=33",
                           "a:rotates=b:min-sdk=x", "a:rotates=b:min-sdk=123456", "a:="}) {
    INFO(text);
    const auto plan = parse_apk_key_plan(text);
    REQUIRE_FALSE(plan.ok());
    CHECK(plan.error().kind == ErrorKind::kUsage);
  }
}

struct KeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, KeyDeleter>;

std::vector<uint8_t> spki_of(EVP_PKEY* key) {
  uint8_t* der = nullptr;
  const int size = i2d_PUBKEY(key, &der);
  REQUIRE(size > 0);
  std::vector<uint8_t> out(der, der + size);
  OPENSSL_free(der);
  return out;
}

Result<std::vector<uint8_t>> sign_with(EVP_PKEY* key, const Sha256Digest& digest) {
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(key, nullptr);
  std::vector<uint8_t> signature(1024);
  std::size_t size = signature.size();
  const bool signed_well =
      EVP_PKEY_sign_init(context) == 1 &&
      EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1 &&
      EVP_PKEY_sign(context, signature.data(), &size, digest.view().data(), 32) == 1;
  EVP_PKEY_CTX_free(context);
  REQUIRE(signed_well);
  signature.resize(size);
  return signature;
}

TEST_CASE("self-signed: OpenSSL reads the certificate and verifies it with its own key") {
  for (const char* curve : {"", "P-256", "P-384"}) {
    const Key key(*curve == '\0' ? EVP_RSA_gen(3072) : EVP_EC_gen(curve));
    const auto sign = [&](const Sha256Digest& digest) { return sign_with(key.get(), digest); };
    const auto der = self_signed_certificate(spki_of(key.get()), "Ünïcode, Inc. + more", sign);
    INFO((der.ok() ? "" : der.error().message()));
    REQUIRE(der.ok());
    const auto certificate = parse_certificate(*der);
    REQUIRE(certificate.ok());
    CHECK(certificate->spki == spki_of(key.get()));
    const uint8_t* cursor = der->data();
    X509* x509 = d2i_X509(nullptr, &cursor, static_cast<long>(der->size()));
    REQUIRE(x509 != nullptr);
    CHECK(X509_verify(x509, key.get()) == 1);
    CHECK(X509_cmp_current_time(X509_get0_notBefore(x509)) < 0);
    CHECK(X509_cmp_current_time(X509_get0_notAfter(x509)) > 0);
    X509_free(x509);
  }
}

TEST_CASE("self-signed: another key's signature, and a key that is none") {
  const Key key(EVP_EC_gen("P-256"));
  const Key other(EVP_EC_gen("P-256"));
  const auto sign = [&](const Sha256Digest& digest) { return sign_with(other.get(), digest); };
  CHECK_FALSE(self_signed_certificate(spki_of(key.get()), "x", sign).ok());
  CHECK_FALSE(self_signed_certificate({}, "x", sign).ok());
  for (const char* sexp :
       {"", "(10:public-key)", "(10:public-key(3:rsa(1:n1:a)))",
        "(10:public-key(3:ecc(5:curve7:Ed25519)(1:q1:a)))", "(11:private-key(3:rsa))"}) {
    CHECK_FALSE(spki_from_sexp(sexp).ok());
  }
}

}  // namespace
}  // namespace hallmark
