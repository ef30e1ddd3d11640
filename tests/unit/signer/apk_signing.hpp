// Signing APKs in memory, with keys of the test.
#pragma once

#include "core/digest.hpp"
#include "signer/apk/apk_signing.hpp"
#include "signer/apk/lineage_writer.hpp"
#include "tests/unit/signer/jar_signing.hpp"
#include "tests/unit/verify/apk_signed_fixtures.hpp"

namespace hallmark::apk_test {

// `key` must outlive it.
inline ApkSigningKey signing_key(const TestKey& key) {
  return {key.certificate(), digest_signer(key)};
}

inline ApkSigningOptions signed_by(const TestKey& key) {
  ApkSigningOptions options;
  options.key = signing_key(key);
  return options;
}

inline ApkSigner signer_with(const TestKey& key) {
  const auto signer = prepare_signer(signing_key(key));
  REQUIRE(signer.ok());
  return *signer;
}

// Oldest first; each older key keeps the default capabilities.
inline Lineage lineage_from(const std::vector<const TestKey*>& keys) {
  Lineage lineage = lineage_of(keys.front()->certificate());
  for (std::size_t i = 1; i < keys.size(); ++i) {
    auto longer = rotate_lineage(std::move(lineage), signer_with(*keys[i - 1]),
                                 kDefaultLineageCapabilities, keys[i]->certificate());
    REQUIRE(longer.ok());
    lineage = std::move(*longer);
  }
  return lineage;
}

inline ApkSigningOptions rotated(const TestKey& original, const TestKey& newest, uint32_t min_sdk) {
  ApkSigningOptions options = signed_by(original);
  options.rotated = ApkRotatedKey{signing_key(newest), lineage_from({&original, &newest}), min_sdk};
  return options;
}

// What signing gave, or left behind.
struct Attempt {
  Result<ApkReport> report = ApkReport{};
  Buffer apk;
  Buffer idsig;
};

inline Attempt sign_in_memory(std::span<const uint8_t> apk, const ApkSigningOptions& options) {
  const UniqueFd in = memory_file(apk);
  const UniqueFd idsig = memory_file();
  Attempt attempt;
  const auto signed_apk = sign_apk(in.get(), idsig.get(), options);
  attempt.idsig = contents_of(idsig.get());
  if (signed_apk.ok()) {
    attempt.report = signed_apk->report;
    attempt.apk = bytes_of(signed_apk->apk);
    CHECK(signed_apk->sha256 == sha256(as_text(attempt.apk)));
  } else {
    attempt.report = signed_apk.error();
  }
  return attempt;
}

inline Attempt must_sign(std::span<const uint8_t> apk, const ApkSigningOptions& options) {
  Attempt attempt = sign_in_memory(apk, options);
  if (!attempt.report.ok()) UNSCOPED_INFO(attempt.report.error().message());
  REQUIRE(attempt.report.ok());
  return attempt;
}

// An APK whose stored entry is aligned, so that signing leaves all entries as they are.
inline TestZip aligned_zip(std::size_t payload = 3000, const ManifestFacts& facts = {}) {
  std::vector<TestEntry> entries = apk_entries(facts, payload);
  const std::size_t at = write_zip({entries[0]}).entries.size() + 30 + 11 + 6;
  LittleEndianWriter extra;
  extra.u16(0xd935);
  extra.u16(static_cast<uint16_t>(2 + (4 - at % 4) % 4));
  extra.u16(4);
  extra.zeros((4 - at % 4) % 4);
  entries[1].local_extra = extra.take();
  return write_zip(entries);
}

}  // namespace hallmark::apk_test
