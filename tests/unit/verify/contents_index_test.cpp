// Shards of Contents: where they begin, and that none grows beyond what can be read again.
#include "verify/contents_index.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <set>

#include "verify/gzip_member.hpp"

namespace hallmark {
namespace {

class MemoryStore : public ContentsStore {
 public:
  std::map<Sha256Digest, std::string> packages;
  std::map<std::string, std::string, std::less<>> shards;
  int packed_paths_read = 0;
  int shards_held = 0;  // taken out, and not put back
  int most_shards_held = 0;

  Result<std::string> packed_paths(const Sha256Digest& deb) override {
    ++packed_paths_read;
    return packages.at(deb);
  }
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
    most_shards_held = std::max(most_shards_held, ++shards_held);
    shards.erase(shards.find(begin));
    return ok_status();
  }
  Status add_shard(std::string_view begin, std::string_view form) override {
    --shards_held;
    REQUIRE(shards.emplace(begin, form).second);
    return ok_status();
  }

  Sha256Digest add_deb(const std::string& deb, const std::string& paths) {
    const auto packed = gzip_member(paths, 1);
    REQUIRE(packed.ok());
    packages[sha256(deb)] = *packed;
    return sha256(deb);
  }
  ContentsChange add_package(const std::string& name, const std::string& paths) {
    return {name, {}, {add_deb(name, paths)}, {}};
  }
  std::string text() const {
    std::string out;
    for (const auto& [begin, form] : shards) {
      const auto own = contents_text(form);
      REQUIRE(own.ok());
      out += *own;
    }
    return out;
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

std::string joined(const std::set<std::string>& paths) {
  std::string out;
  for (const std::string& path : paths) out += path + "\n";
  return out;
}

// Versions of a package, each with most of the paths of the one before.
std::vector<std::set<std::string>> nightlies(int count, int paths) {
  std::vector<std::set<std::string>> out(static_cast<std::size_t>(count));
  for (int version = 0; version < count; ++version) {
    for (int i = 0; i < paths; ++i) {
      const bool own = (i + version) % 50 == 0;
      out[static_cast<std::size_t>(version)].insert("usr/lib/" + std::to_string(i) +
                                                    (own ? "/" + std::to_string(version) : "/all"));
    }
  }
  return out;
}

TEST_CASE("contents index: of many versions, what one that comes or goes changes") {
  MemoryStore store;
  const auto versions = nightlies(20, 3000);
  std::set<std::string> all;
  ContentsChange change{"utils/tool", {}, {}, {}};
  for (std::size_t i = 0; i + 1 < versions.size(); ++i) {
    change.added.push_back(store.add_deb(std::to_string(i), joined(versions[i])));
    all.insert(versions[i].begin(), versions[i].end());
  }
  const auto expected = [&all] {
    std::string out;
    for (const std::string& path : all) out += path + "\tutils/tool\n";
    return out;
  };
  REQUIRE(update_contents(store, {change}).ok());
  CHECK(store.text() == expected());

  // The first of them goes, and another comes.
  all.clear();
  for (std::size_t i = 1; i < versions.size(); ++i)
    all.insert(versions[i].begin(), versions[i].end());
  ContentsChange next{"utils/tool", change.added, {}, {change.added.front()}};
  next.kept.erase(next.kept.begin());
  next.added.push_back(store.add_deb("last", joined(versions.back())));
  REQUIRE(update_contents(store, {next}).ok());
  CHECK(store.text() == expected());
}

TEST_CASE("contents index: a version that changes nothing needs none of the others' paths") {
  MemoryStore store;
  ContentsChange change = store.add_package("tool", "usr/bin/tool\n");
  REQUIRE(update_contents(store, {change}).ok());
  for (int i = 0; i < 300; ++i) change.kept.push_back(change.added.front());
  store.packed_paths_read = 0;
  REQUIRE(update_contents(store, {change}).ok());
  CHECK(store.packed_paths_read == 2);
  CHECK(store.text() == "usr/bin/tool\ttool\n");
}

TEST_CASE("contents index: more paths of one package than are held at once") {
  MemoryStore store;
  ContentsChange change{"tool", {}, {}, {}};
  std::size_t lines = 0;
  for (const char letter : {'c', 'a', 'b'}) {
    std::string paths;
    for (int i = 100000; paths.size() < std::size_t{20} << 20U; ++i, ++lines) {
      paths += letter + std::to_string(i) + std::string(200, 'p') + "\n";
    }
    change.added.push_back(store.add_deb(std::string(1, letter), paths));
  }
  REQUIRE(update_contents(store, {change}).ok());
  const std::string text = store.text();
  CHECK(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) == lines);
  std::swap(change.added, change.removed);
  REQUIRE(update_contents(store, {change}).ok());
  CHECK(store.shards.empty());
}

TEST_CASE("contents index: a package with a path at each shard's boundary") {
  MemoryStore store;
  std::string all;
  std::string boundaries;
  for (int i = 1000000; i < 1300000; ++i) {
    const std::string path = "usr/share/" + std::to_string(i);
    all += path + "\n";
    if (begins_shard(path)) boundaries += path + "\n";
  }
  REQUIRE(update_contents(store, {store.add_package("many", all)}).ok());
  const std::string before = store.text();
  REQUIRE(store.shards.size() > 400);
  ContentsChange change = store.add_package("hostile", boundaries);
  store.shards_held = 0;
  REQUIRE(update_contents(store, {change}).ok());
  CHECK(store.text() != before);
  std::swap(change.added, change.removed);
  REQUIRE(update_contents(store, {change}).ok());
  CHECK(store.text() == before);
  CHECK(store.most_shards_held <= 130);
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
