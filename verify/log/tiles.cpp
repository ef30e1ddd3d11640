#include "verify/log/tiles.hpp"

namespace hallmark {
namespace {

// 1234067 is "x001/x234/067".
std::string number_path(uint64_t index) {
  constexpr uint64_t kGroup = 1000;
  std::string path;
  for (uint64_t rest = index;; rest /= kGroup) {
    std::string group = std::to_string(rest % kGroup);
    group.insert(0, 3 - group.size(), '0');
    path.insert(0, path.empty() ? group : "x" + group + "/");
    if (rest < kGroup) return path;
  }
}

std::string with_width(std::string path, uint64_t width) {
  if (width < kTileWidth) path += ".p/" + std::to_string(width);
  return path;
}

// In the last file of a level: 1 to 256, where there is any.
uint64_t last_width(uint64_t hashes) { return (hashes - 1) % kTileWidth + 1; }

}  // namespace

std::string tile_path(unsigned level, uint64_t index, uint64_t width) {
  return with_width("tile/" + std::to_string(level) + "/" + number_path(index), width);
}

std::string entry_bundle_path(uint64_t index, uint64_t width) {
  return with_width("tile/entries/" + number_path(index), width);
}

Result<std::vector<std::string_view>> parse_entry_bundle(std::string_view untrusted_bundle,
                                                         std::size_t count,
                                                         const std::string& subject) {
  std::vector<std::string_view> entries;
  std::string_view rest = untrusted_bundle;
  while (entries.size() < count) {
    if (rest.size() < 2) return verification_error(subject, "ends within an entry");
    const auto size = static_cast<std::size_t>((static_cast<uint8_t>(rest[0]) << 8U) |
                                               static_cast<uint8_t>(rest[1]));
    if (rest.size() - 2 < size) return verification_error(subject, "ends within an entry");
    entries.push_back(rest.substr(2, size));
    rest.remove_prefix(2 + size);
  }
  if (!rest.empty()) return verification_error(subject, "has bytes after its last entry");
  return entries;
}

Status TileWriter::add(std::string_view entry) {
  if (entry.size() > kMaxLogEntry) {
    return failed("log entry", "is longer than " + std::to_string(kMaxLogEntry) + " bytes");
  }
  bundle_ += static_cast<char>(entry.size() >> 8U);
  bundle_ += static_cast<char>(entry.size() & 0xffU);
  bundle_ += entry;
  const Sha256Digest leaf = merkle_leaf(entry);
  tree_.append(leaf);
  HALLMARK_CHECK(add_hash(0, leaf));
  return tree_.size() % kTileWidth == 0 ? emit_bundle() : ok_status();
}

Status TileWriter::finish() {
  if (!bundle_.empty()) HALLMARK_CHECK(emit_bundle());
  for (std::size_t level = 0; level < levels_.size(); ++level) {
    if (!levels_[level].tile.empty()) HALLMARK_CHECK(emit_tile(level));
  }
  return ok_status();
}

Status TileWriter::add_hash(std::size_t level, const Sha256Digest& hash) {
  if (level == levels_.size()) levels_.emplace_back();
  levels_[level].hashes += 1;
  levels_[level].tile += as_text(hash.view());
  levels_[level].subtree.append(hash);
  if (levels_[level].hashes % kTileWidth != 0) return ok_status();
  const Sha256Digest full = levels_[level].subtree.root();
  HALLMARK_CHECK(emit_tile(level));
  return add_hash(level + 1, full);
}

Status TileWriter::emit_tile(std::size_t level) {
  Level& last = levels_[level];
  const std::string path = tile_path(static_cast<unsigned>(level), (last.hashes - 1) / kTileWidth,
                                     last_width(last.hashes));
  HALLMARK_CHECK(emit_(path, last.tile));
  last.tile.clear();
  last.subtree = MerkleFrontier();
  return ok_status();
}

Status TileWriter::emit_bundle() {
  const uint64_t entries = tree_.size();
  HALLMARK_CHECK(
      emit_(entry_bundle_path((entries - 1) / kTileWidth, last_width(entries)), bundle_));
  bundle_.clear();
  return ok_status();
}

}  // namespace hallmark
