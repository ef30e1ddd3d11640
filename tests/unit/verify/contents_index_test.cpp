// Shards of Contents: where they begin, and that none grows beyond what can be read again.
#include "verify/contents_index.hpp"

#include <catch2/catch_test_macros.hpp>
#include <map>

#include "verify/gzip_member.hpp"

namespace hallmark {
namespace {

class MemoryStore : public ContentsStore {
 public:
  std::map<Sha256Digest, std::string> packages;
  std::map<std::string, std::string, std::less<>> shards;

  Result<std::string> packed_paths(const Sha256Digest& deb) override { return packages.at(deb); }
  Result<std::optional<std::string>> shard_before(std::string_view path) override {
    const auto at = shards.lower_bound(path);
    return at == shards.begin() ? std::nullopt : std::optional<std::string>(std::prev(at)->first);
  }
  Result<std::optional<std::string>> shard_behind(std::string_view path) override {
    const auto at = shards.upper_bound(path);
    return at == shards.end() ? std::nullopt : std::optional<std::string>(at->first);
  }
  Result<std::string> shard_form(std::string_view begin) override {
    return shards.find(begin)->second;
  }
  Status remove_shard(std::string_view begin) override {
    shards.erase(shards.find(begin));
    return ok_status();
  }
  Status add_shard(std::string_view begin, std::string_view form) override {
    REQUIRE(shards.emplace(begin, form).second);
    return ok_status();
  }

  ContentsChange add_package(const std::string& name, const std::string& paths) {
    const auto packed = gzip_member(paths, 1);
    REQUIRE(packed.ok());
    packages[sha256(name)] = *packed;
    return {name, {}, {sha256(name)}, {}};
  }
};

// docs/formats.md
bool begins_shard(std::string_view path) {
  uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : path) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3U;
  }
  return ((hash ^ (hash >> 32U)) & 0x1ffU) == 0;
}

TEST_CASE("contents index: a shard begins where the path's hash says so") {
  MemoryStore store;
  std::string paths;
  std::vector<std::string> begins = {""};
  for (int i = 10000; i < 20000; ++i) {
    const std::string path = "usr/share/" + std::to_string(i);
    paths += path + "\n";
    if (begins_shard(path)) begins.push_back(path);
  }
  REQUIRE(update_contents(store, {store.add_package("many", paths)}).ok());
  CHECK(begins.size() > 10);
  std::vector<std::string> found;
  for (const auto& [begin, form] : store.shards) found.push_back(begin);
  CHECK(found == begins);
}

// Lines that no shard begins at, with paths as long as they may be.
std::string paths_of_one_shard(const std::string& letter, std::size_t size) {
  std::string out;
  for (int i = 10000; out.size() < size; ++i) {
    const std::string path = "usr/" + letter + std::to_string(i) + std::string(4000, 'p');
    if (!begins_shard(path)) out += path + "\n";
  }
  return out;
}

TEST_CASE("contents index: what would make a shard too large to be read again is not written") {
  constexpr std::size_t kMost = std::size_t{31} << 20U;  // bytes, about what one package may have
  MemoryStore store;
  REQUIRE(update_contents(store, {store.add_package("a", paths_of_one_shard("a", kMost))}).ok());
  REQUIRE(update_contents(store, {store.add_package("b", paths_of_one_shard("b", kMost))}).ok());
  CHECK(store.shards.size() == 1);
  const auto kept = contents_text(store.shards.begin()->second);
  REQUIRE(kept.ok());
  const Status refused =
      update_contents(store, {store.add_package("c", paths_of_one_shard("c", kMost))});
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().message().find("too many lines around usr/c1") != std::string::npos);
}

}  // namespace
}  // namespace hallmark
