// manifest.json of an import: packages that were built elsewhere, by digest. Written by `hallmark
// import` from the files themselves; people approve of its digest, the SHA-256 of its bytes.
// Schema: docs/schema/import.schema.json.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "core/model/target.hpp"
#include "core/result.hpp"

namespace hallmark {

struct ImportedFile {
  std::string name;  // PACKAGE_VERSION_ARCHITECTURE.deb, as it is in the pool
  uint64_t size = 0;
  Sha256Digest sha256;
  std::string suite;
  std::string component;
};

struct ImportManifest {
  std::string product;
  std::string version;
  std::vector<ImportedFile> files;  // 1 to 20,000; no name twice in one suite, nor with two digests
};

Result<ImportManifest> parse_import_manifest(std::string_view untrusted_text,
                                             const std::string& subject);
Json to_json(const ImportManifest& manifest);

// Where the files go, each place once; of a target only suite and component count.
std::vector<Target> places_of(const ImportManifest& manifest);

}  // namespace hallmark
