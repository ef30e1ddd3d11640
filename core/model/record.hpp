// A build record: what hallmark-build says it built, from which lock, in which environment. Written
// by hallmark-build alone into its one-way spool; the file's name is the SHA-256 of its bytes.
// Schema: docs/schema/record.schema.json.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/evidence.hpp"
#include "core/model/target.hpp"
#include "core/result.hpp"

namespace hallmark {

struct BuiltArtefact {
  std::string name;  // a file name
  uint64_t size = 0;
  Sha256Digest sha256;
};

struct BuildRecord {
  std::string product;
  std::string version;
  Sha256Digest lock_sha256;
  Target target;
  Sha256Digest environment_sha256;
  Evidence evidence = Evidence::kBuilt;
  int64_t built_at = 0;                 // seconds since 1970
  std::vector<std::string> variations;  // in what the two builds differed
  std::vector<BuiltArtefact> artefacts;
};

Result<BuildRecord> parse_record(std::string_view untrusted_text, const std::string& subject);
Json to_json(const BuildRecord& record);

}  // namespace hallmark
