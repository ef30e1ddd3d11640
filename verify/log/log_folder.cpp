#include "verify/log/log_folder.hpp"

#include <algorithm>

#include "verify/log/tiles.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxCheckpoint = 65536;  // bytes
constexpr std::string_view kEntries = "tile/entries/";

class FolderCheck {
 public:
  FolderCheck(const std::string& folder, std::span<const Checkpoint> older,
              const LogVisitor& visitor)
      : folder_(folder),
        older_(older),
        visitor_(visitor),
        writer_([this](const auto& p, auto b) { return compare(p, b); }) {}

  Result<VerifiedLog> run(const NoteKey& key) {
    HALLMARK_TRY(fd_, open_dir(folder_));
    VerifiedLog log;
    HALLMARK_TRY(log.note, read("checkpoint", kMaxCheckpoint));
    HALLMARK_TRY(log.checkpoint, open_checkpoint(log.note, key));
    const MerkleTree& tree = log.checkpoint.tree;
    HALLMARK_CHECK(check_older(log.checkpoint));
    for (uint64_t first = 0; first < tree.size; first += kTileWidth) {
      HALLMARK_CHECK(take_bundle(first, std::min(kTileWidth, tree.size - first)));
    }
    HALLMARK_CHECK(writer_.finish());
    if (writer_.tree().root() == tree.root) return log;
    return verification_error(folder_, "holds entries that its checkpoint does not commit to");
  }

 private:
  Result<std::string> read(const std::string& path, uint64_t limit) const {
    auto file = open_at(fd_.get(), path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!file.ok()) return verification_error(folder_ + "/" + path, file.error().cause);
    auto bytes = read_all(file->get(), limit, folder_ + "/" + path);
    if (!bytes.ok()) return verification_error(bytes.error().subject, bytes.error().cause);
    return bytes;
  }

  Status check_older(const Checkpoint& checkpoint) const {
    for (const Checkpoint& old : older_) {
      if (old.origin != checkpoint.origin) {
        return verification_error(
            "checkpoint", "is of " + checkpoint.origin + ", and the older one of " + old.origin);
      }
      if (old.tree.size > checkpoint.tree.size) {
        return verification_error(folder_, "has " + std::to_string(checkpoint.tree.size) +
                                               " leaves, and had " + std::to_string(old.tree.size) +
                                               " before: the log was cut");
      }
    }
    return ok_status();
  }

  Status take_bundle(uint64_t first, uint64_t width) {
    const std::string path = entry_bundle_path(first / kTileWidth, width);
    HALLMARK_TRY(const std::string bundle, read(path, kMaxEntryBundle));
    HALLMARK_TRY(const std::vector<std::string_view> entries,
                 parse_entry_bundle(bundle, width, folder_ + "/" + path));
    for (const std::string_view entry : entries) {
      HALLMARK_CHECK(visitor_.on_entry(writer_.tree().size(), entry));
      HALLMARK_CHECK(writer_.add(entry));
      HALLMARK_CHECK(check_continues());
    }
    return ok_status();
  }

  Status check_continues() const {
    const MerkleFrontier& tree = writer_.tree();
    for (const Checkpoint& old : older_) {
      if (old.tree.size == tree.size() && old.tree.root != tree.root()) {
        return verification_error(
            folder_, "does not continue the log of the older checkpoint: of its first " +
                         std::to_string(old.tree.size) + " leaves at least one is another");
      }
    }
    return ok_status();
  }

  // A bundle is what was just read; a tile must be what its entries make it.
  Status compare(const std::string& path, std::string_view bytes) const {
    if (!path.starts_with(kEntries)) {
      HALLMARK_TRY(const std::string tile, read(path, kTileWidth * Sha256Digest::kSize));
      if (tile != bytes) {
        return verification_error(folder_ + "/" + path,
                                  "does not hold the hashes of the log's entries");
      }
    }
    return visitor_.on_file ? visitor_.on_file(path, bytes) : ok_status();
  }

  const std::string& folder_;
  std::span<const Checkpoint> older_;
  const LogVisitor& visitor_;
  TileWriter writer_;
  UniqueFd fd_;
};

}  // namespace

Result<VerifiedLog> check_log_folder(const std::string& folder, const NoteKey& key,
                                     std::span<const Checkpoint> older, const LogVisitor& visitor) {
  return FolderCheck(folder, older, visitor).run(key);
}

}  // namespace hallmark
