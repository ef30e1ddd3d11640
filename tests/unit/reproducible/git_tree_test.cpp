#include "reproducible/git_tree.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace hallmark;
using namespace std::string_literals;

namespace {

std::string entry(const std::string& mode, const std::string& path,
                  const std::string& type = "blob") {
  return mode + " " + type + " 0123456789abcdef0123456789abcdef01234567\t" + path + '\0';
}

}  // namespace

TEST_CASE("a tree listing is sorted bytewise by path") {
  const auto files =
      parse_tree_listing(entry("100644", "b") + entry("100755", "a/z") + entry("120000", "a.txt"));
  REQUIRE(files.ok());
  REQUIRE(files->size() == 3);
  CHECK((*files)[0].path.str() == "a.txt");
  CHECK((*files)[1].path.str() == "a/z");
  CHECK((*files)[2].path.str() == "b");
}

TEST_CASE("tree listings that are refused") {
  for (const std::string& listing :
       {""s, "100644 blob 01\tno end"s, entry("100644", ""), entry("100644", "../x"),
        entry("100644", "/x"), entry("100644", "a//b"), entry("100644", "a/./b"),
        entry("100644", "a\nb"), entry("160000", "module", "commit"), entry("100664", "old"),
        entry("040000", "folder", "tree"), entry("100644", "x", "tree"),
        entry("100644", "twice") + entry("100755", "twice"), "100644\tx\0"s}) {
    INFO(listing);
    CHECK(!parse_tree_listing(listing).ok());
  }
}
