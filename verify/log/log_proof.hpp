// A proof that a log holds one leaf, complete in itself: whoever has the log's public key checks it
// without the log. It may also show that the log continues an older checkpoint. JSON, format
// "hallmark-log-proof-v1"; docs/release-log.md describes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "core/result.hpp"
#include "verify/log/checkpoint.hpp"

namespace hallmark {

struct ConsistencyProof {
  std::string note;  // the older checkpoint, signed
  std::vector<Sha256Digest> hashes;
};

struct LogProof {
  std::string note;  // the checkpoint, signed
  uint64_t sequence = 0;
  std::string entry;
  std::vector<Sha256Digest> hashes;  // from the leaf to the root
  std::optional<ConsistencyProof> older;
};

Json to_json(const LogProof& proof);
Result<LogProof> parse_log_proof(std::string_view untrusted_text, const std::string& subject);

// The checkpoint that the leaf is proved by. Every signature in the proof must be `key`'s.
Result<Checkpoint> verify_log_proof(const LogProof& untrusted_proof, const NoteKey& key);

}  // namespace hallmark
