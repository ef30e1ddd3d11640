// Where the index of an apt repository is cut into shards: runs of whole stanzas that are
// compressed apart, so that a change costs what it touches and not the whole index.
//
// The boundaries depend on the stanzas alone, never on history: a shard ends with the stanza of a
// file whose SHA-256 begins with seven zero bits, on average every 128th. Whoever composes an index
// and whoever checks it cut it in the same places without a word between them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/digest.hpp"

namespace hallmark {

struct IndexShard {
  uint64_t size = 0;    // bytes of the plain index
  Sha256Digest sha256;  // of these bytes
};

class ShardCutter {
 public:
  // The next stanza with the blank line behind it, and the digest of the file that it describes.
  void add(std::string_view text, const Sha256Digest& file);
  // An index without stanzas is one empty shard.
  std::vector<IndexShard> finish();

 private:
  void end_shard();

  std::vector<IndexShard> shards_;
  Sha256Hasher hasher_;
  uint64_t size_ = 0;  // of the shard that is not at its end
};

}  // namespace hallmark
