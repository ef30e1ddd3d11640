// Signature blocks (PKCS#7) of v1 signatures: each forgery by name.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/verify/jar_fixtures.hpp"
#include "verify/apk/jar_block.hpp"
#include "verify/apk/pkcs7.hpp"

namespace hallmark::apk_test {
namespace {

constexpr std::string_view kText = "Signature-Version: 1.0\r\n\r\n";

std::string judge(const Buffer& block, SdkRange devices = {18, kNoMaximum},
                  std::string_view text = kText) {
  const auto signer = judge_jar_block(block, as_bytes(text), devices);
  return signer.ok() ? "good" : signer.error().subject;
}

std::string judge(const TestBlock& block, SdkRange devices = {18, kNoMaximum}) {
  return judge(block_of(block, kText), devices);
}

template <typename Change>
std::string judge_with(Change change, SdkRange devices = {18, kNoMaximum}) {
  TestBlock block;
  change(block);
  return judge(block, devices);
}

TEST_CASE("jar block: good ones") {
  CHECK(judge(TestBlock()) == "good");
  // Android ignores what the block holds beside.
  CHECK(judge_with([](TestBlock& b) {
          b.content = der(0xa0, der(4, Buffer(30, 'x')));
          b.crls = der(0xa1, der(0x30, Buffer()));
          b.unsigned_attributes = der(0xa1, Buffer());
        }) == "good");
  // More certificates than needed: a chain.
  CHECK(judge_with([](TestBlock& b) {
          b.certificates = {b.key->certificate(), shared_p256().certificate()};
        }) == "good");
}

TEST_CASE("jar block: another signature file, or a flipped bit in the signature") {
  CHECK(judge(block_of({}, kText), {18, kNoMaximum}, "Signature-Version: 1.1\r\n\r\n") ==
        "JAR_SIG_DID_NOT_VERIFY");
  CHECK(judge_with([](TestBlock& b) {
          b.forge_signature = [](Buffer& bytes) { bytes[50] ^= 1; };
        }) == "JAR_SIG_DID_NOT_VERIFY");
  CHECK(judge_with([](TestBlock& b) {
          b.forge_signature = [](Buffer& bytes) { bytes.clear(); };
        }) == "JAR_SIG_DID_NOT_VERIFY");
}

TEST_CASE("jar block: wrong certificate") {
  // Its names are those that the signer gives, its key is not the signer's.
  static const TestKey other = TestKey::rsa(2048);
  CHECK(judge_with([](TestBlock& b) { b.certificates = {other.certificate()}; }) ==
        "JAR_SIG_DID_NOT_VERIFY");
  CHECK(judge_with([](TestBlock& b) {
          b.certificates = {other.certificate(), b.key->certificate()};
        }) == "JAR_SIG_DID_NOT_VERIFY");
  CHECK(judge_with([](TestBlock& b) { b.certificates = {shared_p256().certificate()}; }) ==
        "JAR_SIG_VERIFY_EXCEPTION");
}

TEST_CASE("jar block: the signer's certificate is not there") {
  Buffer other = shared_rsa_2048().certificate();
  const Buffer serial = {2, 1, 1};
  const auto at = std::search(other.begin(), other.end(), serial.begin(), serial.end());
  at[2] = 2;
  CHECK(judge_with([&](TestBlock& b) { b.certificates = {other}; }) == "JAR_SIG_VERIFY_EXCEPTION");
}

TEST_CASE("jar block: a certificate that is malformed, or not for signing") {
  const auto with = [](const Buffer& certificate) {
    return judge_with([&](TestBlock& b) { b.certificates = {certificate}; });
  };
  CHECK(with(der(0x30, Buffer{1, 1, 0xff})) == "JAR_SIG_PARSE_EXCEPTION");
  const TestKey& key = shared_rsa_2048();
  CHECK(with(certificate_with(key, "keyUsage", "digitalSignature")) == "good");
  CHECK(with(certificate_with(key, "keyUsage", "critical,nonRepudiation,keyCertSign")) == "good");
  CHECK(with(certificate_with(key, "keyUsage", "keyCertSign")) == "JAR_SIG_VERIFY_EXCEPTION");
  CHECK(with(certificate_with(key, "1.2.3.4", "DER:0500")) == "good");
  CHECK(with(certificate_with(key, "1.2.3.4", "critical,DER:0500")) == "JAR_SIG_VERIFY_EXCEPTION");
}

TEST_CASE("jar block: trailing bytes, and lengths that do not fit") {
  Buffer block = block_of({}, kText);
  block.push_back(0);
  CHECK(judge(block) == "JAR_SIG_PARSE_EXCEPTION");
  block = block_of({}, kText);
  for (std::size_t size = 0; size < block.size(); size += 7) {
    CHECK(judge(Buffer(block.begin(), block.begin() + static_cast<long>(size))) ==
          "JAR_SIG_PARSE_EXCEPTION");
  }
  CHECK(judge(Buffer{0x30, 0x84, 0xff, 0xff, 0xff, 0xff}) == "JAR_SIG_PARSE_EXCEPTION");
  CHECK(judge(Buffer{0x30, 0x84, 0x80, 0, 0, 0}) == "JAR_SIG_PARSE_EXCEPTION");
  CHECK(judge(Buffer(kMaxPkcs7Block + 1, 0)) == "JAR_SIG_PARSE_EXCEPTION");
  // Bytes after the signer's last field, inside the signer.
  CHECK(judge_with([](TestBlock& b) { b.unsigned_attributes = der(5, Buffer()); }) ==
        "JAR_SIG_PARSE_EXCEPTION");
}

// In the list of digest algorithms, which names none that counts, and in the signer.
TEST_CASE("jar block: an algorithm whose parameters do not fit, or that has no number") {
  const Buffer good = block_of({}, kText);
  const Buffer sha256 = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00};
  std::size_t count = 0;
  for (auto at = good.begin();; ++at, ++count) {
    at = std::search(at, good.end(), sha256.begin(), sha256.end());
    if (at == good.end()) break;
    const auto number = static_cast<std::size_t>(at - good.begin());
    Buffer forged = good;
    forged[number + sha256.size() - 1] = 1;  // the parameters' length
    CHECK(judge(forged) == "JAR_SIG_PARSE_EXCEPTION");
    forged = good;
    forged[number - 1] = 0;  // the number's
    CHECK(judge(forged) == "JAR_SIG_PARSE_EXCEPTION");
  }
  CHECK(count == 2);
}

TEST_CASE("jar block: BER that is not DER") {
  Buffer block = block_of({}, kText);
  REQUIRE(block[1] == 0x82);
  Buffer longer = {0x30, 0x83, 0};
  longer.insert(longer.end(), block.begin() + 2, block.end());
  CHECK(judge(longer) == "JAR_SIG_PARSE_EXCEPTION");
  Buffer indefinite = {0x30, 0x80};
  indefinite.insert(indefinite.end(), block.begin() + 4, block.end());
  indefinite.insert(indefinite.end(), {0, 0});
  CHECK(judge(indefinite) == "JAR_SIG_PARSE_EXCEPTION");
}

TEST_CASE("jar block: no signer, and two") {
  CHECK(judge_with([](TestBlock& b) { b.signers = 0; }) == "JAR_SIG_NO_SIGNERS");
  CHECK(judge_with([](TestBlock& b) { b.signers = 2; }) == "JAR_SIG_PARSE_EXCEPTION");
}

TEST_CASE("jar block: not signed data") {
  CHECK(judge(der(0x30, {oid_data, der(0xa0, der(4, Buffer(10, 'x')))})) ==
        "JAR_SIG_PARSE_EXCEPTION");
}

TEST_CASE("jar block: signed attributes") {
  TestBlock block;
  block.with_attributes = true;
  CHECK(judge(block, {19, kNoMaximum}) == "good");
  // Devices below 19 would not have compared the digest.
  CHECK(judge(block, {18, kNoMaximum}) == "JAR_SIG_VERIFY_EXCEPTION");
  const SdkRange devices{24, kNoMaximum};
  CHECK(judge(block_of(block, kText), devices, "Signature-Version: 1.1\r\n\r\n") ==
        "JAR_SIG_DID_NOT_VERIFY");
  block.forge_message_digest = [](Buffer& digest) { digest[0] ^= 1; };
  CHECK(judge(block, devices) == "JAR_SIG_DID_NOT_VERIFY");
  block.forge_message_digest = nullptr;
  block.attribute_type = oid_signed_data;
  CHECK(judge(block, devices) == "JAR_SIG_DID_NOT_VERIFY");
  block.attribute_type = oid_data;
  block.forge_attributes = [](Buffer& content) { content.resize(content.size() - 47 - 4); };
  CHECK(judge(block, devices) == "JAR_SIG_PARSE_EXCEPTION");
  block.forge_attributes = [](Buffer& content) {
    const Buffer all = content;
    content.insert(content.end(), all.begin(), all.end());
  };
  CHECK(judge(block, devices) == "JAR_SIG_PARSE_EXCEPTION");
  block.forge_attributes = [](Buffer& content) {
    const Buffer unknown = der(0x30, {oid_md5, der(0x31, {der(5, Buffer()), der(5, Buffer())})});
    content.insert(content.end(), unknown.begin(), unknown.end());
  };
  CHECK(judge(block, devices) == "good");
}

TEST_CASE("jar block: a flipped bit anywhere is no crash, and never good in what is signed") {
  const Buffer block = block_of({}, kText);
  for (std::size_t i = 0; i < block.size(); ++i) {
    Buffer forged = block;
    forged[i] ^= 1;
    const auto signer = judge_jar_block(forged, as_bytes(kText), {18, kNoMaximum});
    // What remains good (a version number, say) is the same signer's.
    if (signer.ok()) CHECK(signer->facts.key == "RSA 2048");
  }
}

}  // namespace
}  // namespace hallmark::apk_test
