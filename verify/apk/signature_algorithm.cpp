#include "verify/apk/signature_algorithm.hpp"

#include <algorithm>
#include <array>

namespace hallmark {
namespace {

constexpr uint32_t kAndroid7 = 24;
constexpr uint32_t kAndroid9 = 28;

using Content = ContentDigestKind;
using Hash = HashAlgorithm;
using Key = KeyKind;

constexpr std::array<SignatureAlgorithm, 10> kAlgorithms = {{
    {0x0101, "RSASSA-PSS with SHA-256", Key::kRsa, true, Hash::kSha256, Content::kChunkedSha256,
     kAndroid7},
    {0x0102, "RSASSA-PSS with SHA-512", Key::kRsa, true, Hash::kSha512, Content::kChunkedSha512,
     kAndroid7},
    {kRsaPkcs1Sha256, "RSASSA-PKCS1-v1_5 with SHA-256", Key::kRsa, false, Hash::kSha256,
     Content::kChunkedSha256, kAndroid7},
    {kRsaPkcs1Sha512, "RSASSA-PKCS1-v1_5 with SHA-512", Key::kRsa, false, Hash::kSha512,
     Content::kChunkedSha512, kAndroid7},
    {kEcdsaSha256, "ECDSA with SHA-256", Key::kEc, false, Hash::kSha256, Content::kChunkedSha256,
     kAndroid7},
    {kEcdsaSha512, "ECDSA with SHA-512", Key::kEc, false, Hash::kSha512, Content::kChunkedSha512,
     kAndroid7},
    {kDsaSha256, "DSA with SHA-256", Key::kDsa, false, Hash::kSha256, Content::kChunkedSha256,
     kAndroid7},
    {kRsaPkcs1Sha256Verity, "RSASSA-PKCS1-v1_5 with SHA-256, verity", Key::kRsa, false,
     Hash::kSha256, Content::kVeritySha256, kAndroid9},
    {kEcdsaSha256Verity, "ECDSA with SHA-256, verity", Key::kEc, false, Hash::kSha256,
     Content::kVeritySha256, kAndroid9},
    {kDsaSha256Verity, "DSA with SHA-256, verity", Key::kDsa, false, Hash::kSha256,
     Content::kVeritySha256, kAndroid9},
}};

}  // namespace

const SignatureAlgorithm* find_signature_algorithm(uint32_t id) {
  const auto* const found =
      std::find_if(kAlgorithms.begin(), kAlgorithms.end(),
                   [id](const SignatureAlgorithm& algorithm) { return algorithm.id == id; });
  return found == kAlgorithms.end() ? nullptr : found;
}

}  // namespace hallmark
