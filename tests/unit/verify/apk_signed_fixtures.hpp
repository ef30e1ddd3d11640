// Signed APKs whose every signed structure can be forged, before or after it is signed.
#pragma once

#include "tests/unit/verify/apk_fixtures.hpp"
#include "verify/apk/content_digest.hpp"
#include "verify/apk/hash.hpp"
#include "verify/apk/verify.hpp"

namespace hallmark::apk_test {

constexpr uint32_t kV2 = 0x7109871a;
constexpr uint32_t kV3 = 0xf05368c0;
constexpr uint32_t kV31 = 0x1b93ad61;

inline Buffer hash_of(HashAlgorithm hash, std::span<const uint8_t> bytes) {
  return hash_bytes(hash, bytes);
}

inline Buffer lp(std::span<const uint8_t> content) {
  LittleEndianWriter out;
  out.length_prefixed(content);
  return out.take();
}
inline Buffer u32_bytes(uint32_t value) {
  LittleEndianWriter out;
  out.u32(value);
  return out.take();
}
inline Buffer join(std::initializer_list<Buffer> parts) {
  Buffer out;
  for (const Buffer& part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

struct Algorithm {
  uint32_t id = 0x0103;
  HashAlgorithm hash = HashAlgorithm::kSha256;
  bool pss = false;
};

// One signer. Empty lists mean "one, of `algorithm`, correct".
struct TestSigner {
  const TestKey* key = nullptr;
  Algorithm algorithm;
  std::vector<Buffer> certificates;
  std::vector<uint32_t> digest_algorithms;
  std::vector<uint32_t> signature_algorithms;
  std::vector<std::pair<uint32_t, Buffer>> attributes;
  Buffer spki;            // if not empty, instead of the key's
  uint32_t min_sdk = 24;  // not v2; in the signed data
  uint32_t max_sdk = 0x7fffffff;
  int outer_min_change = 0;  // what stands outside differs by so much
  int outer_max_change = 0;
  Buffer signed_data_tail;                            // after the attributes, signed
  Buffer signer_tail;                                 // after the public key
  std::function<void(Buffer&)> forge_content_digest;  // before it is signed
  std::function<void(Buffer&)> forge_signed_data;     // after it is signed
  std::function<void(Buffer&)> forge_signature;
};

inline Buffer signed_data_of(uint32_t scheme, const TestSigner& signer, Buffer content_digest) {
  if (signer.forge_content_digest) signer.forge_content_digest(content_digest);
  LittleEndianWriter digests;
  for (const uint32_t id : signer.digest_algorithms) {
    digests.length_prefixed(join({u32_bytes(id), lp(content_digest)}));
  }
  LittleEndianWriter certificates;
  for (const Buffer& certificate : signer.certificates) certificates.length_prefixed(certificate);
  LittleEndianWriter attributes;
  for (const auto& [id, value] : signer.attributes) {
    attributes.length_prefixed(join({u32_bytes(id), value}));
  }
  LittleEndianWriter out;
  out.length_prefixed(digests.view());
  out.length_prefixed(certificates.view());
  if (scheme != kV2) {
    out.u32(signer.min_sdk);
    out.u32(signer.max_sdk);
  }
  out.length_prefixed(attributes.view());
  out.bytes(signer.signed_data_tail);
  return out.take();
}

inline Buffer signer_block(uint32_t scheme, TestSigner signer, const Buffer& content_digest) {
  const Algorithm& algorithm = signer.algorithm;
  if (signer.certificates.empty()) signer.certificates = {signer.key->certificate()};
  if (signer.digest_algorithms.empty()) signer.digest_algorithms = {algorithm.id};
  if (signer.signature_algorithms.empty()) signer.signature_algorithms = {algorithm.id};
  if (signer.spki.empty()) signer.spki = signer.key->spki();
  Buffer data = signed_data_of(scheme, signer, content_digest);
  Buffer signature =
      signer.key->sign_digest(algorithm.hash, hash_of(algorithm.hash, data), algorithm.pss);
  if (signer.forge_signed_data) signer.forge_signed_data(data);
  if (signer.forge_signature) signer.forge_signature(signature);

  LittleEndianWriter signatures;
  for (const uint32_t id : signer.signature_algorithms) {
    signatures.length_prefixed(join({u32_bytes(id), lp(signature)}));
  }
  LittleEndianWriter out;
  out.length_prefixed(data);
  if (scheme != kV2) {
    out.u32(signer.min_sdk + static_cast<uint32_t>(signer.outer_min_change));
    out.u32(signer.max_sdk + static_cast<uint32_t>(signer.outer_max_change));
  }
  out.length_prefixed(signatures.view());
  out.length_prefixed(signer.spki);
  out.bytes(signer.signer_tail);
  return out.take();
}

struct Pair {
  uint32_t id = 0;
  Buffer value;
};

inline Buffer signing_block(const std::vector<Pair>& pairs) {
  LittleEndianWriter content;
  for (const Pair& pair : pairs) {
    content.u64(4 + pair.value.size());
    content.u32(pair.id);
    content.bytes(pair.value);
  }
  LittleEndianWriter out;
  out.u64(content.size() + 24);
  out.bytes(content.view());
  out.u64(content.size() + 24);
  out.bytes(as_bytes("APK Sig Block 42"));
  return out.take();
}

inline Buffer content_digest_of(const TestZip& zip, uint32_t algorithm) {
  const SignatureAlgorithm* found = find_signature_algorithm(algorithm);
  const ContentDigestKind kind =
      found == nullptr ? ContentDigestKind::kChunkedSha256 : found->content;
  const Buffer end = zip.end_record(zip.entries.size());
  const auto digests = content_digests(
      {memory_source(zip.entries), memory_source(zip.directory), memory_source(end)}, {kind});
  require(digests.ok());
  return digests->at(kind);
}

inline Buffer scheme_value(uint32_t scheme, const TestZip& zip,
                           const std::vector<TestSigner>& signers) {
  LittleEndianWriter sequence;
  for (const TestSigner& signer : signers) {
    sequence.length_prefixed(
        signer_block(scheme, signer, content_digest_of(zip, signer.algorithm.id)));
  }
  return lp(sequence.view());
}

// What to sign with: a scheme without signers is left out.
struct Signing {
  std::vector<TestSigner> v2;
  std::vector<TestSigner> v3;
  std::vector<Pair> more_pairs;
  std::vector<TestSigner> v31 = {};
};

inline Buffer signed_apk(const TestZip& zip, const Signing& signing) {
  std::vector<Pair> pairs;
  if (!signing.v2.empty()) pairs.push_back({kV2, scheme_value(kV2, zip, signing.v2)});
  if (!signing.v3.empty()) pairs.push_back({kV3, scheme_value(kV3, zip, signing.v3)});
  if (!signing.v31.empty()) pairs.push_back({kV31, scheme_value(kV31, zip, signing.v31)});
  pairs.insert(pairs.end(), signing.more_pairs.begin(), signing.more_pairs.end());
  return zip.file(signing_block(pairs));
}

inline TestSigner rsa_signer() {
  TestSigner signer;
  signer.key = &shared_rsa_2048();
  return signer;
}
inline TestSigner ec_signer() {
  TestSigner signer;
  signer.key = &shared_p256();
  signer.algorithm.id = 0x0201;
  return signer;
}
inline TestSigner v2_with_strip_protection() {
  TestSigner signer = rsa_signer();
  signer.attributes = {{0xbeeff00d, u32_bytes(3)}};
  return signer;
}

inline Buffer good_apk() {
  return signed_apk(write_zip(apk_entries()), {{v2_with_strip_protection()}, {rsa_signer()}, {}});
}

// "verified", or the code of the refusal.
inline std::string verdict_on(std::span<const uint8_t> apk, const ApkVerifyOptions& how = {}) {
  const UniqueFd fd = memory_file(apk);
  const auto report = verify_apk(fd.get(), how);
  if (!report.ok()) return "error: " + report.error().message();
  require(report->verified == report->errors.empty());
  return report->verified ? "verified" : report->errors.front().code;
}

}  // namespace hallmark::apk_test
