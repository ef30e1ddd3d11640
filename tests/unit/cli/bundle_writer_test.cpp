#include "cli/bundle_writer.hpp"

#include <algorithm>

#include "core/digest.hpp"
#include "tests/unit/tools.hpp"
#include "verify/bundle_tar.hpp"

using namespace hallmark;
using hallmark::test::TestFolder;
namespace fs = std::filesystem;

namespace {

constexpr const char* kText = "the manifest\n";

BundledFile file_of(const std::string& bytes) { return {sha256(bytes), bytes.size(), ""}; }

// Writes the manifest and one file; what the file holds is `found`, what it should hold `wanted`.
Status write_one(const TestFolder& folder, const std::string& name, const std::string& wanted,
                 const std::string& found) {
  HALLMARK_TRY(BundleWriter writer, BundleWriter::create(folder.path(name)));
  const auto from = open_at(AT_FDCWD, folder.write("from", found), O_RDONLY);
  REQUIRE(from.ok());
  const auto write = [&]() -> Status {
    HALLMARK_CHECK(writer.add_manifest(kText));
    HALLMARK_CHECK(writer.add(file_of(wanted), from->get(), [](std::size_t) {}));
    return writer.finish();
  };
  const Status written = write();
  if (!written.ok()) writer.discard();
  return written;
}

std::size_t entries(const TestFolder& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("a bundle is written as a folder and as a tar file") {
  const TestFolder folder;
  const std::string bytes(600'000, 'x');
  const std::string name = bundled_name(file_of(bytes));
  REQUIRE(write_one(folder, "bundle", bytes, bytes).ok());
  CHECK(folder.read("bundle/manifest.json") == kText);
  CHECK(folder.read("bundle/" + name) == bytes);
  REQUIRE(write_one(folder, "bundle.tar", bytes, bytes).ok());
  const std::string text = kText;
  CHECK(folder.read("bundle.tar") ==
        bundle_tar_header("manifest.json", text.size()) + text +
            std::string(bundle_tar_padding(text.size()), '\0') +
            bundle_tar_header(name, bytes.size()) + bytes +
            std::string(bundle_tar_padding(bytes.size()) + kBundleTarEnd, '\0'));
  CHECK(entries(folder) == 3);  // with `from`: nothing was left over
}

TEST_CASE("a bundle whose file was changed meanwhile is not written") {
  const TestFolder folder;
  for (const char* found : {"other bytes", "the bytes and more", "the", ""}) {
    for (const char* name : {"bundle", "bundle.tar"}) {
      const Status written = write_one(folder, name, "the bytes", found);
      REQUIRE(!written.ok());
      CHECK(written.error().kind == ErrorKind::kVerification);
      CHECK(!fs::exists(folder.path(name)));
    }
  }
  CHECK(entries(folder) == 1);
}

TEST_CASE("a bundle takes no other file's place") {
  const TestFolder folder;
  folder.write("there", "x");
  fs::create_directory(folder.path("empty"));
  REQUIRE(::symlink("nowhere", folder.path("link.tar").c_str()) == 0);
  for (const char* name : {"there", "empty", "link.tar"}) {
    const auto writer = BundleWriter::create(folder.path(name));
    REQUIRE(!writer.ok());
    CHECK(writer.error().message().find("is there already") != std::string::npos);
  }
  CHECK(BundleWriter::create("").error().kind == ErrorKind::kUsage);
}

TEST_CASE("what an interrupted export left is not in the next one") {
  const TestFolder folder;
  folder.write(".bundle.part/sha256-00", "left");
  REQUIRE(write_one(folder, "bundle", "x", "x").ok());
  CHECK(!fs::exists(folder.path("bundle/sha256-00")));
  folder.write(".bundle.tar.part", "left");
  REQUIRE(write_one(folder, "bundle.tar", "x", "x").ok());
  CHECK(folder.read("bundle.tar").size() % 512 == 0);
}
