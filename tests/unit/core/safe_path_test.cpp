#include "core/safe_path.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace hallmark;

TEST_CASE("relative paths that stay inside are accepted") {
  for (const char* good :
       {"a", "a/b", "pool/main/f/figlet/figlet_2.2.5-3_amd64.deb", "..a", "a..", ".x"}) {
    INFO(good);
    CHECK(SafePath::parse(good).ok());
  }
}

TEST_CASE("paths that would escape, or name nothing, are refused") {
  const std::string nul("a\0b", 3);
  for (const std::string& bad :
       {std::string(), std::string("/"), std::string("/etc/passwd"), std::string(".."),
        std::string("a/../b"), std::string("a/.."), std::string("../a"), std::string("a//b"),
        std::string("a/"), std::string("./a"), std::string("a\nb"), nul, std::string(256, 'a'),
        std::string(5000, 'a')}) {
    INFO(bad);
    CHECK_FALSE(SafePath::parse(bad).ok());
  }
}

TEST_CASE("plain names cannot be options, paths or hidden files") {
  CHECK(is_plain_name("libc6-dev"));
  CHECK(is_plain_name("g++"));
  for (const char* bad : {"", "-rf", ".hidden", "a/b", "a b", "a:b", "a\n", "a;b", "$a"}) {
    INFO(bad);
    CHECK_FALSE(is_plain_name(bad));
  }
  CHECK(is_version_name("1:2.3-4~rc1+b1"));
  CHECK_FALSE(is_version_name("../1"));
  CHECK_FALSE(is_version_name(":1"));
}
