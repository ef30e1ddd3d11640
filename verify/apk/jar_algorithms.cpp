#include "verify/apk/jar_algorithms.hpp"

#include <algorithm>
#include <string_view>

#include "core/bytes.hpp"

namespace hallmark {
namespace {

struct Row {
  std::string_view digest_oid;
  std::string_view signature_oid;
  JarAlgorithm value;
};

constexpr std::string_view kSha1 = "\x2b\x0e\x03\x02\x1a";  // 1.3.14.3.2.26
constexpr std::string_view kSha256 =
    "\x60\x86\x48\x01\x65\x03\x04\x02\x01";  // 2.16.840.1.101.3.4.2.1
constexpr std::string_view kSha384 = "\x60\x86\x48\x01\x65\x03\x04\x02\x02";
constexpr std::string_view kSha512 = "\x60\x86\x48\x01\x65\x03\x04\x02\x03";
constexpr std::string_view kRsa = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";  // 1.2.840.113549.1.1.1
constexpr std::string_view kSha1WithRsa = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05";
constexpr std::string_view kSha256WithRsa = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b";
constexpr std::string_view kSha384WithRsa = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c";
constexpr std::string_view kSha512WithRsa = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d";
constexpr std::string_view kDsa = "\x2a\x86\x48\xce\x38\x04\x01";  // 1.2.840.10040.4.1
constexpr std::string_view kSha1WithDsa = "\x2a\x86\x48\xce\x38\x04\x03";
constexpr std::string_view kSha256WithDsa =
    "\x60\x86\x48\x01\x65\x03\x04\x03\x02";                          // 2.16.840.1.101.3.4.3.2
constexpr std::string_view kEcKey = "\x2a\x86\x48\xce\x3d\x02\x01";  // 1.2.840.10045.2.1
constexpr std::string_view kSha1WithEcdsa = "\x2a\x86\x48\xce\x3d\x04\x01";
constexpr std::string_view kSha256WithEcdsa = "\x2a\x86\x48\xce\x3d\x04\x03\x02";
constexpr std::string_view kSha384WithEcdsa = "\x2a\x86\x48\xce\x3d\x04\x03\x03";
constexpr std::string_view kSha512WithEcdsa = "\x2a\x86\x48\xce\x3d\x04\x03\x04";

constexpr SignatureAlgorithm algorithm(const char* name, KeyKind key, HashAlgorithm hash) {
  return {0, name, key, false, hash, ContentDigestKind::kChunkedSha256, 0};
}
constexpr SignatureAlgorithm rsa(const char* name, HashAlgorithm hash) {
  return algorithm(name, KeyKind::kRsa, hash);
}
constexpr SignatureAlgorithm dsa(const char* name, HashAlgorithm hash) {
  return algorithm(name, KeyKind::kDsa, hash);
}
constexpr SignatureAlgorithm ec(const char* name, HashAlgorithm hash) {
  return algorithm(name, KeyKind::kEc, hash);
}

constexpr auto kRsaSha1 = rsa("RSA with SHA-1", HashAlgorithm::kSha1);
constexpr auto kRsaSha256 = rsa("RSA with SHA-256", HashAlgorithm::kSha256);
constexpr auto kRsaSha384 = rsa("RSA with SHA-384", HashAlgorithm::kSha384);
constexpr auto kRsaSha512 = rsa("RSA with SHA-512", HashAlgorithm::kSha512);
constexpr auto kDsaSha1 = dsa("DSA with SHA-1", HashAlgorithm::kSha1);
constexpr auto kDsaSha256 = dsa("DSA with SHA-256", HashAlgorithm::kSha256);
constexpr auto kEcSha1 = ec("ECDSA with SHA-1", HashAlgorithm::kSha1);
constexpr auto kEcSha256 = ec("ECDSA with SHA-256", HashAlgorithm::kSha256);
constexpr auto kEcSha384 = ec("ECDSA with SHA-384", HashAlgorithm::kSha384);
constexpr auto kEcSha512 = ec("ECDSA with SHA-512", HashAlgorithm::kSha512);

constexpr Row kRows[] = {
    {kSha1, kRsa, {kRsaSha1, 0}},
    {kSha1, kSha1WithRsa, {kRsaSha1, 0}},
    {kSha256, kRsa, {kRsaSha256, 18, true}},
    {kSha256, kSha256WithRsa, {kRsaSha256, 18, true}},
    {kSha384, kRsa, {kRsaSha384, 18}},
    {kSha384, kSha384WithRsa, {kRsaSha384, 21}},
    {kSha512, kRsa, {kRsaSha512, 18}},
    {kSha512, kSha512WithRsa, {kRsaSha512, 21}},
    {kSha1, kDsa, {kDsaSha1, 0}},
    {kSha1, kSha1WithDsa, {kDsaSha1, 9}},
    {kSha256, kDsa, {kDsaSha256, 22}},
    {kSha256, kSha256WithDsa, {kDsaSha256, 21}},
    {kSha1, kEcKey, {kEcSha1, 18}},
    {kSha1, kSha1WithEcdsa, {kEcSha1, 18}},
    {kSha256, kEcKey, {kEcSha256, 18}},
    {kSha256, kSha256WithEcdsa, {kEcSha256, 21}},
    {kSha384, kEcKey, {kEcSha384, 18}},
    {kSha384, kSha384WithEcdsa, {kEcSha384, 21}},
    {kSha512, kEcKey, {kEcSha512, 18}},
    {kSha512, kSha512WithEcdsa, {kEcSha512, 21}},
};

}  // namespace

bool JarAlgorithm::is_supported(SdkRange devices) const {
  return devices.min >= first_sdk || (until_sdk_8 && devices.max <= 8);
}

const JarAlgorithm* find_jar_algorithm(std::span<const uint8_t> untrusted_digest_oid,
                                       std::span<const uint8_t> untrusted_signature_oid) {
  const auto* const row = std::find_if(std::begin(kRows), std::end(kRows), [&](const Row& each) {
    return each.digest_oid == as_text(untrusted_digest_oid) &&
           each.signature_oid == as_text(untrusted_signature_oid);
  });
  return row == std::end(kRows) ? nullptr : &row->value;
}

}  // namespace hallmark
