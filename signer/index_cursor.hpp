// Follows the plain index while a form of it is decoded, part by part.
#pragma once

#include <algorithm>
#include <map>
#include <span>
#include <vector>

#include "core/digest.hpp"
#include "signer/index_check.hpp"

namespace hallmark {

class IndexCursor {
 public:
  // `known` of one kind of form.
  IndexCursor(const CheckedIndex& index, std::span<const KnownForm> known) : index_(index) {
    for (const KnownForm& form : known) known_.emplace(form.shard, form);
  }

  // False: the decoded bytes are not what comes next.
  bool compare(std::span<const uint8_t> decoded) {
    if (index_.text.substr(offset_, decoded.size()) != as_text(decoded)) return false;
    offset_ += decoded.size();
    return true;
  }

  // A part of the form begins. Its bytes are at the front of `rest`; where they are known to be the
  // next shard, gives what is known, and the shard is behind us.
  const KnownForm* skip_known(std::span<const uint8_t> rest) {
    begin_part();
    if (shard_ == index_.shards.size() || shard_offset_ != offset_) return nullptr;
    const auto found = known_.find(index_.shards[shard_].sha256);
    if (found == known_.end() || found->second.size > rest.size()) return nullptr;
    const KnownForm& form = found->second;
    if (sha256(as_text(rest.first(form.size))) != form.sha256) return nullptr;
    offset_ += index_.shards[shard_].size;
    met_.push_back(form);
    return &form;
  }

  // The part that began was decoded, from these bytes: if it was a shard, that is known from now
  // on.
  void learn(std::span<const uint8_t> part, uint64_t unpadded_size) {
    const bool is_shard = shard_ < index_.shards.size() && part_offset_ == shard_offset_ &&
                          offset_ == shard_offset_ + index_.shards[shard_].size;
    if (!is_shard) return;
    met_.push_back(
        {index_.shards[shard_].sha256, sha256(as_text(part)), part.size(), unpadded_size});
  }

  // False: a part of nothing, of which there could be any number, or more parts than anybody needs.
  // Only an index of nothing has one such part.
  bool end_part() {
    ++parts_;
    const bool wanted = part_size() > 0 || (index_.text.empty() && parts_ == 1);
    return wanted && parts_ <= kMaxParts;
  }

  uint64_t part_size() const { return offset_ - part_offset_; }  // of the plain index
  bool at_end() const { return offset_ == index_.text.size(); }
  std::vector<KnownForm> take_met() { return std::move(met_); }

 private:
  static constexpr uint64_t kMaxParts = 65536;

  void begin_part() {
    part_offset_ = offset_;
    while (shard_ < index_.shards.size() && shard_offset_ < offset_) {
      shard_offset_ += index_.shards[shard_++].size;
    }
  }

  CheckedIndex index_;
  std::map<Sha256Digest, KnownForm> known_;
  std::vector<KnownForm> met_;
  uint64_t parts_ = 0;
  uint64_t offset_ = 0;       // of the plain index: all before it was compared
  uint64_t part_offset_ = 0;  // where the part began
  std::size_t shard_ = 0;     // the first that begins at part_offset_ or behind it
  uint64_t shard_offset_ = 0;
};

}  // namespace hallmark
