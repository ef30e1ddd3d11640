// Signing archives in memory with v1 (JAR) alone.
#pragma once

#include <catch2/catch_test_macros.hpp>

#include "signer/apk/jar_signer.hpp"
#include "signer/apk/zip_layout.hpp"
#include "tests/unit/verify/jar_fixtures.hpp"

namespace hallmark::apk_test {

inline Buffer bytes_of(const ByteSource& source) {
  Buffer bytes(source.size);
  REQUIRE(source.read(0, bytes).ok());
  return bytes;
}

inline DigestSigner digest_signer(const TestKey& key) {
  return [&key](HashAlgorithm hash, std::span<const uint8_t> digest) -> Result<Buffer> {
    return key.sign_digest(hash, digest);
  };
}

struct JarOptions {
  std::string name = "CERT";
  bool sha1 = false;
  std::vector<uint32_t> schemes;
};

inline JarSignature jar_signature(const TestKey& key, const JarOptions& options) {
  return {key.certificate(), options.name, options.sha1, options.schemes};
}

// Names that need wrapping, or sort otherwise than they stand; both methods; a directory.
inline std::vector<TestEntry> jar_entries(uint32_t min_sdk = 18) {
  ManifestFacts facts;
  facts.min_sdk = min_sdk;
  std::vector<TestEntry> entries = apk_entries(facts);
  std::string accents;
  for (int i = 0; i < 70; ++i) accents += "\xc3\xa9";
  entries.push_back(stored("assets/" + accents, pattern(10)));
  entries.push_back(deflated("assets/" + std::string(63, 'a'), pattern(300)));
  entries.push_back(stored("assets/" + std::string(57, 'b'), {}));
  entries.push_back(stored("META-INF/services/a.B", pattern(4)));
  entries.push_back(stored("assets/", {}));
  entries.push_back(deflated("Zebra", {}));
  return entries;
}

inline Buffer sign_v1(std::span<const uint8_t> apk, const TestKey& key, const JarOptions& options) {
  const UniqueFd fd = memory_file(apk);
  const auto file = FileBytes::open(fd.get());
  const auto archive = read_zip(*file);
  REQUIRE(archive.ok());
  ZipChanges changes;
  changes.drop = jar_signature_entries(*archive);
  auto made =
      sign_jar(*file, *archive, changes.drop, jar_signature(key, options), digest_signer(key));
  if (!made.ok()) UNSCOPED_INFO(made.error().message());
  REQUIRE(made.ok());
  changes.add = std::move(made->entries);
  const auto layout = lay_out_zip(*file, *archive, std::move(changes));
  REQUIRE(layout.ok());
  const UniqueFd out = memory_file();
  REQUIRE(write_source(joined(layout->entries), out.get()).ok());
  REQUIRE(write_all(out.get(), as_text(layout->directory)).ok());
  REQUIRE(write_all(out.get(), as_text(layout->end_record)).ok());
  return contents_of(out.get());
}

inline Buffer entry_bytes(std::span<const uint8_t> apk, const std::string& name) {
  const UniqueFd fd = memory_file(apk);
  const auto file = FileBytes::open(fd.get());
  const auto archive = read_zip(*file);
  REQUIRE(archive.ok());
  const ZipEntry* entry = archive->find(name);
  REQUIRE(entry != nullptr);
  const auto bytes = read_zip_entry(*file, *entry, 1U << 24U);
  REQUIRE(bytes.ok());
  return *bytes;
}
inline std::string entry_text(std::span<const uint8_t> apk, const std::string& name) {
  return std::string(as_text(entry_bytes(apk, name)));
}

}  // namespace hallmark::apk_test
