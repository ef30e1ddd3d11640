// What --apk-key says, and the certificates that new keys sign for themselves.
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <catch2/catch_test_macros.hpp>

#include "cli/first_policy.hpp"
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

std::string refusal(const std::string& text) {
  const auto plan = parse_apk_key_plan(text);
  REQUIRE_FALSE(plan.ok());
  CHECK(plan.error().kind == ErrorKind::kUsage);
  CHECK(plan.error().subject == "--apk-key " + text);
  CHECK_FALSE(plan.error().hint.empty());
  return plan.error().cause;
}

TEST_CASE("option apk-key: what cannot be meant") {
  struct Case {
    const char* text;
    const char* said;
  };
  const Case cases[] = {
      {"", "name must be"},
      {":p256", "name must be"},
      {"a b", "name must be"},
      {"../a", "name must be"},
      {"a:dsa", "is not one of rsa2048, rsa3072, rsa4096, p256, p384"},
      {"a:", "is not one of rsa2048, rsa3072, rsa4096, p256, p384"},
      {"a:p256:p384", "is not OPTION=VALUE"},
      {"a:p256:colour=red", "is not one of signs, schemes, rotates, min-sdk"},
      {"a:=", "is not one of signs, schemes, rotates, min-sdk"},
      {"a:schemes=v9", "is not one of v1, v2, v3, v4"},
      {"a:schemes=", "is not one of v1, v2, v3, v4"},
      {"a:schemes=v2+v2", "stands there twice"},
      {"a:schemes=v1+v4", "must hold v2 or v3"},
      {"a:rotates=b:schemes=v2", "must hold v3"},
      {"a:rotates=b:rotates=c", "stands there twice"},
      {"a:rotates=", "rotates/key must be"},
      {"a:signs=", "must hold application ids"},
      {"a:signs=x.y+", "must hold application ids"},
      {"a:min-sdk=33", "beside rotates="},
      {"a:rotates=b:min-sdk=", "must be an API level"},
      {"a:rotates=b:min-sdk=x", "must be an API level"},
      {"a:rotates=b:min-sdk=123456", "must be an API level"},
      {"a:rotates=b:min-sdk=30", "must be 28, or from 33 to 10000"},
  };
  for (const Case& one : cases) {
    INFO(one.text);
    CHECK(refusal(one.text).find(one.said) != std::string::npos);
  }
}

TEST_CASE("options apk-key: what cannot be meant together") {
  struct Case {
    std::vector<std::string> texts;
    const char* said;
  };
  const Case cases[] = {
      {{"a", "a:p256"}, "names 'a' twice"},
      {{"a:rotates=a"}, "from 'a', which is itself"},
      {{"b:rotates=a"}, "from 'a', which is no key of that name"},
      {{"a:rotates=b", "b:rotates=a"}, "in a circle"},
      {{"a:signs=x.y", "b:rotates=a:signs=x.y"}, "names 'x.y' twice"},
      {{"a", "b:rotates=a:min-sdk=28", "c:rotates=b"}, "on fewer devices"},
  };
  for (const Case& one : cases) {
    InitOptions options;
    for (const std::string& text : one.texts) {
      auto plan = parse_apk_key_plan(text);
      REQUIRE(plan.ok());
      options.apk_keys.push_back(std::move(plan).value());
    }
    const Status status = check_apk_key_plans(options.apk_keys);
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().kind == ErrorKind::kUsage);
    CHECK(status.error().cause.find(one.said) != std::string::npos);
  }
}

// What a demo terminal is made from, which is valid.
InitOptions demo_options() {
  InitOptions options;
  options.demo = true;
  options.name = "t1";
  options.application = "org.example.app";
  return options;
}

std::string refusal(const InitOptions& options) {
  const Status status = check_first_files(with_defaults(options, "amd64"));
  if (status.ok()) return "";
  CHECK(status.error().kind == ErrorKind::kUsage);
  return status.error().cause;
}

TEST_CASE("init: options that make no valid policy or terminal are refused before there is a key") {
  InitOptions options = demo_options();
  CHECK(refusal(options).empty());
  SECTION("a key that rotates from nothing") {
    options.apk_keys.push_back(parse_apk_key_plan("b:rotates=a").value());
    CHECK(refusal(options).find("rotates to 'b'") != std::string::npos);
  }
  SECTION("a suite that leaves its folder") {
    options.suite = "../stable";
    CHECK_FALSE(refusal(options).empty());
  }
  SECTION("a name that is none") {
    options.name = "a terminal";
    CHECK_FALSE(refusal(options).empty());
  }
  SECTION("one approver for a threshold of two") {
    options.demo = false;
    options.origin = "Example";
    options.approvers = {{"alice", {"a key"}}};
    CHECK_FALSE(refusal(options).empty());
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
