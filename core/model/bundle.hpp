// manifest.json of a bundle: what the fetch of some locks would download, carried on media. Written
// by `hallmark bundle export`, and believed by nobody: every byte is judged by the locks of the
// terminal that imports it. Schema: docs/schema/bundle.schema.json; docs/formats.md, "Bundle".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "core/result.hpp"

namespace hallmark {

// Where bundles come from: 128 random bits, made once in each state folder that exports.
using ExporterId = Bytes<struct ExporterTag, 16>;

inline constexpr const char* kBundleManifestName = "manifest.json";
// The most bytes of one file: what the size in a tar header can say.
inline constexpr uint64_t kMaxBundledSize = (uint64_t{8} << 30U) - 1;
inline constexpr uint64_t kMaxBundleCounter = 1'000'000'000;

struct BundledLock {
  std::string product;
  std::string version;
  Sha256Digest lock_sha256;
};

struct BundledFile {
  Sha256Digest sha256;
  uint64_t size = 0;       // bytes
  std::string tag_object;  // of a git bundle, the tag that it is of; else empty
};

struct BundleManifest {
  ExporterId exporter;
  uint64_t counter = 1;            // rises with each bundle of an exporter
  std::vector<BundledLock> locks;  // 1 to 64, sorted by product and version
  std::vector<BundledFile> files;  // 1 to 50,000, sorted by digest
};

// The file's name in the folder or the tar: "sha256-HEX".
std::string bundled_name(const BundledFile& file);

// Requires an exporter's id, or records an error about `key`.
ExporterId read_exporter(ObjectReader& reader, const std::string& key);
// Requires 1 to kMaxBundleCounter, or records an error about `key`.
uint64_t read_bundle_counter(ObjectReader& reader, const std::string& key);

Result<BundleManifest> parse_bundle_manifest(std::string_view untrusted_text,
                                             const std::string& subject);
Json to_json(const BundleManifest& manifest);
// [{"product","version","lock_sha256"}]
Json to_json(const std::vector<BundledLock>& locks);

}  // namespace hallmark
