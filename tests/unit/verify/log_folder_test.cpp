// A log's folder: what holds together is accepted, and everything that a host could change is
// named.
#include "verify/log/log_folder.hpp"

#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <set>

#include "tests/unit/verify/log_fixtures.hpp"

namespace hallmark {
namespace {

using log_test::LogSigner;
using log_test::numbered_entries;
using log_test::tree_of;

struct ServedLog {
  test::TestFolder folder;
  LogSigner signer;

  explicit ServedLog(std::size_t size) { write(numbered_entries(size)); }
  void write(const std::vector<std::string>& entries) const {
    log_test::write_log(folder, entries, signer);
  }

  Result<VerifiedLog> check(const std::vector<Checkpoint>& older = {}) const {
    LogVisitor visitor;
    visitor.on_entry = [](uint64_t, std::string_view) { return ok_status(); };
    return check_log_folder(folder.path(), signer.note_key(), older, visitor);
  }
  void refused(const std::string& words, const std::vector<Checkpoint>& older = {}) const {
    const auto checked = check(older);
    REQUIRE_FALSE(checked.ok());
    INFO(checked.error().message());
    CHECK(checked.error().kind == ErrorKind::kVerification);
    CHECK(checked.error().message().find(words) != std::string::npos);
  }
  void change(const std::string& path, std::size_t at) const {
    std::string bytes = folder.read(path);
    bytes.at(at) = static_cast<char>(bytes.at(at) ^ 1);
    folder.write(path, bytes);
  }
};

TEST_CASE("log tiles: their names") {
  CHECK(tile_path(0, 0, 256) == "tile/0/000");
  CHECK(tile_path(0, 5, 17) == "tile/0/005.p/17");
  CHECK(tile_path(2, 1234067, 256) == "tile/2/x001/x234/067");
  CHECK(entry_bundle_path(1000, 1) == "tile/entries/x001/000.p/1");
}

TEST_CASE("log tiles: the files of a log of 256 * 256 + 300 leaves") {
  std::set<std::string> paths;
  TileWriter writer([&](const std::string& path, std::string_view bytes) {
    CHECK(paths.insert(path).second);
    if (path == "tile/2/000.p/1") CHECK(bytes.size() == 32);
    if (path == "tile/1/001.p/1") CHECK(bytes.size() == 32);
    return ok_status();
  });
  for (int i = 0; i < 256 * 256 + 300; ++i) REQUIRE(writer.add(std::to_string(i)).ok());
  REQUIRE(writer.finish().ok());
  for (const char* path :
       {"tile/0/000", "tile/0/256", "tile/0/257.p/44", "tile/1/000", "tile/1/001.p/1",
        "tile/2/000.p/1", "tile/entries/000", "tile/entries/257.p/44"}) {
    INFO(path);
    CHECK(paths.contains(path));
  }
  CHECK(paths.size() == 2 * 258 + 3);
}

TEST_CASE("log tiles: an entry that a bundle cannot hold is refused") {
  TileWriter writer([](const std::string&, std::string_view) { return ok_status(); });
  CHECK(writer.add(std::string(kMaxLogEntry, 'x')).ok());
  CHECK_FALSE(writer.add(std::string(kMaxLogEntry + 1, 'x')).ok());
}

TEST_CASE("log folder: what was written verifies, at every size around a tile's edge") {
  for (const std::size_t size : {1U, 2U, 255U, 256U, 257U, 512U, 600U}) {
    const ServedLog log(size);
    const auto checked = log.check();
    INFO((checked.ok() ? "" : checked.error().message()));
    REQUIRE(checked.ok());
    CHECK(checked->checkpoint.tree == tree_of(numbered_entries(size)));
  }
}

TEST_CASE("log folder: it continues every checkpoint that it had") {
  const ServedLog log(300);
  for (const std::size_t size : {1U, 2U, 100U, 256U, 299U, 300U}) {
    CHECK(log.check({{log_test::kOrigin, tree_of(numbered_entries(size))}}).ok());
  }
}

TEST_CASE("log folder: forged, a leaf changed") {
  const ServedLog log(300);
  log.change("tile/entries/000", 30);
  log.refused("tile/0/000: does not hold the hashes");
}

TEST_CASE("log folder: forged, a tile changed") {
  const ServedLog log(600);
  SECTION("of leaves") {
    log.change("tile/0/001", 5);
    log.refused("tile/0/001");
  }
  SECTION("of a higher level") {
    log.change("tile/1/000.p/2", 40);
    log.refused("tile/1/000.p/2");
  }
}

TEST_CASE("log folder: forged, leaf and tile changed alike") {
  const ServedLog log(10);
  auto entries = numbered_entries(10);
  const std::string checkpoint = log.folder.read("checkpoint");
  entries[3] = "{\"kind\":\"apk\"}";
  log.write(entries);
  log.folder.write("checkpoint", checkpoint);
  log.refused("does not commit to");
}

TEST_CASE("log folder: forged, a file that is missing, cut, longer or no file") {
  const ServedLog log(300);
  const std::string path = "tile/entries/001.p/44";
  const std::string bytes = log.folder.read(path);
  SECTION("missing") { std::filesystem::remove(log.folder.path(path)); }
  SECTION("cut") { log.folder.write(path, bytes.substr(0, bytes.size() - 1)); }
  SECTION("longer") { log.folder.write(path, bytes + "x"); }
  SECTION("a link to the right bytes") {
    log.folder.write("elsewhere", bytes);
    std::filesystem::remove(log.folder.path(path));
    std::filesystem::create_symlink(log.folder.path("elsewhere"), log.folder.path(path));
  }
  SECTION("a pipe") {
    std::filesystem::remove(log.folder.path(path));
    REQUIRE(::mkfifo(log.folder.path(path).c_str(), 0600) == 0);
  }
  log.refused(path);
}

TEST_CASE("log folder: forged, a checkpoint of another key") {
  const ServedLog log(10);
  const LogSigner other;
  log.folder.write("checkpoint", other.checkpoint(tree_of(numbered_entries(10))));
  log.refused("is not signed by");
}

TEST_CASE("log folder: forged, a shorter log than before") {
  const ServedLog log(9);
  log.refused("the log was cut", {{log_test::kOrigin, tree_of(numbered_entries(10))}});
}

TEST_CASE("log folder: forged, a fork that the log's own key signed") {
  const ServedLog log(12);
  auto entries = numbered_entries(10);
  entries[9] += " ";
  log.refused("does not continue", {{log_test::kOrigin, tree_of(entries)}});
  auto same_size = numbered_entries(12);
  same_size[0] += " ";
  log.refused("does not continue", {{log_test::kOrigin, tree_of(same_size)}});
}

TEST_CASE("log folder: an older checkpoint of another log says nothing of this one") {
  const ServedLog log(12);
  log.refused("the older one of", {{"example.org/log/t2", tree_of(numbered_entries(3))}});
}

}  // namespace
}  // namespace hallmark
