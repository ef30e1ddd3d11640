// The compressed forms of an index, put together from its shards. What was compressed for the last
// compose is kept in the state: a change compresses the shards that it touches.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "core/index_shards.hpp"
#include "publisher/repository/state.hpp"

namespace hallmark {

struct PlainIndex {
  std::string_view text;
  std::vector<IndexShard> shards;
};

// Where the forms' bytes go, in order.
struct FormSinks {
  using Sink = std::function<Status(std::string_view bytes)>;
  Sink gz;  // a member for each shard: apt reads them all
  Sink xz;  // one stream with a block for each shard: of several streams apt reads the first
};

// The bytes follow from the index alone. Keeps this index's shards in the state, and forgets those
// that it had before and has no longer. Holds a few shards at a time.
Status write_index_forms(RepositoryState& state, const IndexPlace& place, const PlainIndex& index,
                         const FormSinks& sinks);

}  // namespace hallmark
