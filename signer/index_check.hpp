// Is an index that is to be signed exactly what the signer derived from what it accepted?
//
// Decompressing a large index to compare it is most of the work, and most of the index is what it
// was at the last Release. So the signer remembers, of each shard (core/index_shards.hpp) that it
// once decoded itself, the digest of the compressed bytes: the same bytes decode to the same shard
// again. Nobody else is believed in this; bytes that it does not know it decodes.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/index_shards.hpp"
#include "signer/state.hpp"

namespace hallmark {

// The text is the signer's own stanzas of this index, in order, each followed by a blank line;
// gives the shards it consists of. Otherwise the refusal names the package and what is wrong with
// it.
Result<std::vector<IndexShard>> check_index(const State& state, const IndexPlace& place,
                                            std::string_view untrusted_text,
                                            const std::string& name);

// The plain index, which is right.
struct CheckedIndex {
  std::string_view text;
  std::span<const IndexShard> shards;
};

// The bytes are exactly one form of the index: `name` ends in .gz or .xz. Decompression stops where
// it departs from the index, so a bomb costs nothing. Gives what is known of the shards' forms now.
Result<std::vector<KnownForm>> check_compressed_form(std::span<const uint8_t> untrusted_form,
                                                     const CheckedIndex& index,
                                                     std::span<const KnownForm> known,
                                                     const std::string& name);

}  // namespace hallmark
