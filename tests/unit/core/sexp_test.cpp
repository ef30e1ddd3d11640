// What gpg-agent answers to PKSIGN.
#include "core/sexp.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/bytes.hpp"

namespace hallmark {
namespace {

TEST_CASE("sexp: an RSA signature is padded to the modulus") {
  const std::string answer = "(7:sig-val(3:rsa(1:s3:abc))(4:hash6:sha256))";
  const auto signature = signature_from_sexp(answer, 5);
  REQUIRE(signature.ok());
  CHECK(as_text(*signature) == std::string_view("\0\0abc", 5));
  CHECK_FALSE(signature_from_sexp(answer, 2).ok());
}

TEST_CASE("sexp: libgcrypt's sign byte is not part of the number") {
  const std::string answer("(7:sig-val(3:rsa(1:s4:\0\xff\x01\x02)))", 29);
  const auto signature = signature_from_sexp(answer, 3);
  REQUIRE(signature.ok());
  CHECK(hex_encode(*signature) == "ff0102");
}

TEST_CASE("sexp: an ECDSA signature becomes DER") {
  const auto signature = signature_from_sexp("(7:sig-val(5:ecdsa(1:r1:\x01)(1:s2:\x80\x02)))", 0);
  REQUIRE(signature.ok());
  CHECK(hex_encode(*signature) == "30080201010203008002");
}

TEST_CASE("sexp: what is not a signature of the key's kind") {
  for (const char* answer :
       {"", "(", ")", "3:abc", "()", "(7:sig-val)", "(7:sig-val(3:rsa))", "(7:sig-val(3:rsa(1:s)))",
        "(7:sig-val(3:rsa(1:s0:)))", "(7:sig-val(3:rsa(1:s3:abc)))x",
        "(7:sig-val(3:rsa(1:s9:abc)))", "(7:sig-val(3:rsa(1:s03:abc)))",
        "(7:sig-val(3:rsa(1:s:abc)))", "(7:sig-val(3:rsa(1:s99999999999999999999:a)))",
        "(7:sig-val(3:rsa(1:s(1:a))))", "(7:sig-val(5:ecdsa(1:r1:a)))", "(3:rsa(1:s3:abc))"}) {
    INFO(answer);
    CHECK_FALSE(signature_from_sexp(answer, 8).ok());
    CHECK_FALSE(signature_from_sexp(answer, 0).ok());
  }
}

TEST_CASE("sexp: depth, number and size are bounded") {
  CHECK_FALSE(parse_sexp(std::string(10000, '(')).ok());
  CHECK_FALSE(parse_sexp("(" + std::string(1000, '(') + std::string(1000, ')') + ")").ok());
  std::string wide = "(";
  for (int i = 0; i < 100; ++i) wide += "1:a";
  CHECK_FALSE(parse_sexp(wide + ")").ok());
  CHECK_FALSE(parse_sexp("99999:" + std::string(99999, 'a')).ok());
}

}  // namespace
}  // namespace hallmark
