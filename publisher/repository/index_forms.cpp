#include "publisher/repository/index_forms.hpp"

#include <algorithm>
#include <optional>

#include "core/parallel.hpp"
#include "verify/xz_frame.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kAtOnce = 64;  // shards: enough for every processor, and some megabytes

// Shards of the index that follow each other.
struct Run {
  std::span<const IndexShard> shards;
  std::vector<std::string_view> texts;
  std::vector<std::optional<CompressedShard>> compressed;
};

Run take_run(std::span<const IndexShard> shards, std::string_view& rest) {
  Run run{shards.first(std::min(shards.size(), kAtOnce)), {}, {}};
  for (const IndexShard& shard : run.shards) {
    run.texts.push_back(rest.substr(0, shard.size));
    rest.remove_prefix(shard.size);
  }
  run.compressed.resize(run.shards.size());
  return run;
}

// What the state has is not compressed again; what it lacked, it has then.
Status compress(RepositoryState& state, const IndexPlace& place, Run& run) {
  std::vector<std::size_t> missing;
  for (std::size_t i = 0; i < run.shards.size(); ++i) {
    HALLMARK_TRY(run.compressed[i], state.shard(place, run.shards[i].sha256));
    if (!run.compressed[i]) missing.push_back(i);
  }
  HALLMARK_CHECK(for_each_in_parallel(missing.size(), [&] {
    return [&](uint64_t number) -> Status {
      const std::size_t i = missing[number];
      HALLMARK_TRY(run.compressed[i], compress_shard(run.texts[i]));
      return ok_status();
    };
  }));
  for (const std::size_t i : missing) {
    HALLMARK_CHECK(state.add_shard(place, run.shards[i].sha256, *run.compressed[i]));
  }
  return ok_status();
}

Status write_run(const Run& run, const FormSinks& sinks, std::vector<XzBlockSizes>& blocks) {
  for (std::size_t i = 0; i < run.shards.size(); ++i) {
    HALLMARK_CHECK(sinks.gz(run.compressed[i]->gz));
    if (run.shards[i].size == 0) continue;
    HALLMARK_CHECK(sinks.xz(run.compressed[i]->xz));
    blocks.push_back({run.compressed[i]->xz_unpadded_size, run.shards[i].size});
  }
  return ok_status();
}

}  // namespace

Status write_index_forms(RepositoryState& state, const IndexPlace& place, const PlainIndex& index,
                         const FormSinks& sinks) {
  HALLMARK_TRY(Transaction all, state.transaction());
  HALLMARK_TRY(const std::string begin, xz_stream_header());
  HALLMARK_CHECK(sinks.xz(begin));
  std::vector<XzBlockSizes> blocks;
  std::string_view rest = index.text;
  for (std::span<const IndexShard> shards(index.shards); !shards.empty();) {
    Run run = take_run(shards, rest);
    HALLMARK_CHECK(compress(state, place, run));
    HALLMARK_CHECK(write_run(run, sinks, blocks));
    shards = shards.subspan(run.shards.size());
  }
  HALLMARK_TRY(const std::string end, xz_stream_end(blocks));
  HALLMARK_CHECK(sinks.xz(end));
  HALLMARK_CHECK(state.keep_shards(place, index.shards));
  return all.commit();
}

}  // namespace hallmark
