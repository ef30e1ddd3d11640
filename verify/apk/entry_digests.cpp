#include "verify/apk/entry_digests.hpp"

#include <algorithm>
#include <numeric>

#include "core/parallel.hpp"
#include "verify/apk/zip_stream.hpp"

namespace hallmark {
namespace {

// The largest first: begun last, it would leave the other processors without work.
std::vector<std::size_t> largest_first(const std::vector<EntryToDigest>& entries) {
  std::vector<std::size_t> order(entries.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&entries](std::size_t a, std::size_t b) {
    return entries[a].entry->size > entries[b].entry->size;
  });
  return order;
}

// What one thread works with.
class EntryDigester {
 public:
  EntryDigester(const FileBytes& untrusted_file, const KnownEntries& known)
      : file_(untrusted_file), known_(known), stream_(untrusted_file) {}

  Status digest(const EntryToDigest& item) {
    HALLMARK_TRY(const bool known, find(item));
    return known ? ok_status() : read(item);
  }
  std::span<const std::vector<uint8_t>> digests() const { return digests_; }

 private:
  Result<bool> find(const EntryToDigest& item) {
    if (known_.entries == nullptr || item.hashes.size() != 1) return false;
    HALLMARK_TRY(std::optional<std::vector<uint8_t>> digest,
                 known_.entries->find(file_, *item.entry, item.hashes.front(), known_.same_bytes));
    if (!digest) return false;
    digests_ = {std::move(*digest)};
    return true;
  }

  Status read(const EntryToDigest& item) {
    hashers_.clear();
    for (const HashAlgorithm hash : item.hashes) hashers_.emplace_back(hash);
    HALLMARK_CHECK(stream_.read(*item.entry, [this](std::span<const uint8_t> bytes) {
      for (Hasher& hasher : hashers_) hasher.update(bytes);
      return ok_status();
    }));
    digests_.clear();
    for (Hasher& hasher : hashers_) digests_.push_back(hasher.finish());
    return ok_status();
  }

  const FileBytes& file_;
  const KnownEntries& known_;
  ZipEntryStream stream_;
  std::vector<Hasher> hashers_;
  std::vector<std::vector<uint8_t>> digests_;
};

}  // namespace

Status digest_entries(const FileBytes& untrusted_file, const std::vector<EntryToDigest>& entries,
                      const EntryDigestSink& sink, const KnownEntries& known) {
  const std::vector<std::size_t> order = largest_first(entries);
  return for_each_in_parallel(order.size(), [&]() -> IndexedWork {
    const auto digester = std::make_shared<EntryDigester>(untrusted_file, known);
    return [&, digester](uint64_t position) -> Status {
      const std::size_t index = order[position];
      HALLMARK_CHECK(digester->digest(entries[index]));
      sink(index, digester->digests());
      return ok_status();
    };
  });
}

}  // namespace hallmark
