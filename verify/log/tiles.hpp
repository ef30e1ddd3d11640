// The files that a tiled log is served as. Source: C2SP tlog-tiles.
//
// tile/L/N holds up to 256 hashes of level L (level 0: leaves), tile/entries/N the entries of the
// same leaves, each with its length before it (two bytes, big-endian). A file that is not yet full
// has its number of hashes in its name, "tile/0/001.p/17", and so never changes either.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/merkle.hpp"
#include "core/result.hpp"

namespace hallmark {

inline constexpr uint64_t kTileWidth = 256;
inline constexpr std::size_t kMaxLogEntry = 65535;  // bytes
inline constexpr std::size_t kMaxEntryBundle = kTileWidth * (2 + kMaxLogEntry);

// `width`: hashes in it, 1 to 256.
std::string tile_path(unsigned level, uint64_t index, uint64_t width);
std::string entry_bundle_path(uint64_t index, uint64_t width);

// Exactly `count` entries; views into the bundle.
Result<std::vector<std::string_view>> parse_entry_bundle(std::string_view untrusted_bundle,
                                                         std::size_t count,
                                                         const std::string& subject);

// Makes the files of a log, one entry after the other. Each file is given out once it is full, and
// the partial ones at the end.
class TileWriter {
 public:
  using Emit = std::function<Status(const std::string& path, std::string_view bytes)>;
  explicit TileWriter(Emit emit) : emit_(std::move(emit)) {}

  Status add(std::string_view entry);
  // After the last entry.
  Status finish();

  const MerkleFrontier& tree() const { return tree_; }

 private:
  Status add_hash(std::size_t level, const Sha256Digest& hash);
  Status emit_tile(std::size_t level);
  Status emit_bundle();

  Emit emit_;
  MerkleFrontier tree_;
  std::string bundle_;
  struct Level {
    uint64_t hashes = 0;  // in all tiles of the level
    std::string tile;     // the hashes of the last one
    MerkleFrontier subtree;
  };
  std::vector<Level> levels_;
};

}  // namespace hallmark
