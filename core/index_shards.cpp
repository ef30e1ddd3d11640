#include "core/index_shards.hpp"

#include <utility>

namespace hallmark {
namespace {

bool ends_shard(const Sha256Digest& file) { return file.view()[0] < 2; }

}  // namespace

void ShardCutter::add(std::string_view text, const Sha256Digest& file) {
  hasher_.update(text);
  size_ += text.size();
  if (ends_shard(file)) end_shard();
}

std::vector<IndexShard> ShardCutter::finish() {
  if (size_ > 0 || shards_.empty()) end_shard();
  return std::move(shards_);
}

void ShardCutter::end_shard() {
  shards_.push_back({size_, hasher_.finish()});
  hasher_ = Sha256Hasher();
  size_ = 0;
}

}  // namespace hallmark
