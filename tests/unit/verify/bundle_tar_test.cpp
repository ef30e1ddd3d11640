#include "verify/bundle_tar.hpp"

#include "tests/unit/tools.hpp"

using namespace hallmark;
using hallmark::test::run_tool;
using hallmark::test::TestFolder;

TEST_CASE("a bundle's tar header is what GNU tar takes for a plain file") {
  const TestFolder folder;
  const std::string content = "some text\n";
  folder.write("b.tar", bundle_tar_header("manifest.json", content.size()) + content +
                            std::string(bundle_tar_padding(content.size()), '\0') +
                            bundle_tar_header("sha256-00", 0) + std::string(kBundleTarEnd, '\0'));
  CHECK(run_tool("/usr/bin/tar", {"--list", "--verbose", "--numeric-owner", "--utc",
                                  "--file=" + folder.path("b.tar")}) ==
        "-rw-r--r-- 0/0              10 1970-01-01 00:00 manifest.json\n"
        "-rw-r--r-- 0/0               0 1970-01-01 00:00 sha256-00\n");
  CHECK(run_tool("/usr/bin/tar", {"--extract", "--to-stdout", "--file=" + folder.path("b.tar"),
                                  "manifest.json"}) == content);
}

TEST_CASE("a bundle's tar header has room for the largest file") {
  const uint64_t largest = (uint64_t{8} << 30U) - 1;
  const std::string name = "sha256-" + std::string(64, 'f');
  const std::string header = bundle_tar_header(name, largest);
  CHECK(header.size() == kTarBlock);
  CHECK(read_bundle_tar_header(header, name) == largest);
  CHECK(bundle_tar_padding(0) == 0);
  CHECK(bundle_tar_padding(1) == 511);
  CHECK(bundle_tar_padding(512) == 0);
}

TEST_CASE("other headers are not a bundle's") {
  const std::string header = bundle_tar_header("manifest.json", 10);
  REQUIRE(read_bundle_tar_header(header, "manifest.json") == 10U);
  CHECK(!read_bundle_tar_header(header, "manifest"));
  CHECK(!read_bundle_tar_header(header.substr(1), "manifest.json"));
  CHECK(!read_bundle_tar_header(std::string(kTarBlock, '\0'), "manifest.json"));
  for (std::size_t at = 0; at < header.size(); ++at) {
    std::string changed = header;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    INFO(at);
    CHECK(!read_bundle_tar_header(changed, "manifest.json"));
  }
}
