#include "publisher/repository/index_forms.hpp"

#include <optional>

#include "core/parallel.hpp"
#include "verify/xz_frame.hpp"

namespace hallmark {
namespace {

std::vector<std::string_view> texts_of(const PlainIndex& index) {
  std::vector<std::string_view> out;
  std::string_view rest = index.text;
  for (const IndexShard& shard : index.shards) {
    out.push_back(rest.substr(0, shard.size));
    rest.remove_prefix(shard.size);
  }
  return out;
}

using Shards = std::vector<std::optional<CompressedShard>>;

// Numbers of the shards that have to be compressed; the others come from the state.
Result<std::vector<std::size_t>> load_known(RepositoryState& state, const IndexPlace& place,
                                            const PlainIndex& index, Shards& shards) {
  std::vector<std::size_t> missing;
  for (std::size_t i = 0; i < index.shards.size(); ++i) {
    HALLMARK_TRY(shards[i], state.shard(place, index.shards[i].sha256));
    if (!shards[i]) missing.push_back(i);
  }
  return missing;
}

Status compress_missing(const PlainIndex& index, const std::vector<std::size_t>& missing,
                        Shards& shards) {
  const std::vector<std::string_view> texts = texts_of(index);
  return for_each_in_parallel(missing.size(), [&] {
    return [&](uint64_t number) -> Status {
      const std::size_t i = missing[number];
      HALLMARK_TRY(shards[i], compress_shard(texts[i]));
      return ok_status();
    };
  });
}

Result<IndexForms> put_together(const PlainIndex& index, const Shards& shards) {
  IndexForms forms;
  HALLMARK_TRY(forms.xz, xz_stream_header());
  std::vector<XzBlockSizes> blocks;
  for (std::size_t i = 0; i < shards.size(); ++i) {
    forms.gz += shards[i]->gz;
    if (index.shards[i].size == 0) continue;
    forms.xz += shards[i]->xz;
    blocks.push_back({shards[i]->xz_unpadded_size, index.shards[i].size});
  }
  HALLMARK_TRY(const std::string end, xz_stream_end(blocks));
  forms.xz += end;
  return forms;
}

}  // namespace

Result<IndexForms> index_forms(RepositoryState& state, const IndexPlace& place,
                               const PlainIndex& index) {
  Shards shards(index.shards.size());
  HALLMARK_TRY(const std::vector<std::size_t> missing, load_known(state, place, index, shards));
  HALLMARK_CHECK(compress_missing(index, missing, shards));
  HALLMARK_TRY(Transaction all, state.transaction());
  for (const std::size_t i : missing) {
    HALLMARK_CHECK(state.add_shard(place, index.shards[i].sha256, *shards[i]));
  }
  HALLMARK_CHECK(state.keep_shards(place, index.shards));
  HALLMARK_CHECK(all.commit());
  return put_together(index, shards);
}

}  // namespace hallmark
