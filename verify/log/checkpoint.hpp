// Checkpoints: what a log's key says of its tree, as a signed note. Source: C2SP tlog-checkpoint,
// of which this is the form without extension lines:
//
//   ORIGIN, which is also the name of the key that signs
//   number of leaves, decimal
//   root hash, base64
#pragma once

#include <string>
#include <string_view>

#include "core/merkle.hpp"
#include "core/result.hpp"
#include "verify/log/note.hpp"

namespace hallmark {

struct Checkpoint {
  std::string origin;
  MerkleTree tree;  // at least one leaf
  bool operator==(const Checkpoint&) const = default;
};

std::string render_checkpoint(const Checkpoint& checkpoint);
// Exactly what render_checkpoint gives.
Result<Checkpoint> parse_checkpoint(std::string_view untrusted_text);

// Signed by `key`, and of the log that the key is named after.
Result<Checkpoint> open_checkpoint(std::string_view untrusted_note, const NoteKey& key);

}  // namespace hallmark
