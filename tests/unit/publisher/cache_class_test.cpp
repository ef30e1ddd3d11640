// What caches may keep.
#include "publisher/transfer/cache_class.hpp"

#include <catch2/catch_test_macros.hpp>

namespace hallmark {
namespace {

TEST_CASE("cache class: what is named by its bytes or version may be kept, the rest is asked for") {
  for (const char* path : {"pool/main/t/tool/tool_1_all.deb", "apk/app.apk", "apk/index-v2/00.json",
                           "apk/icons/00.png", "dists/stable/main/binary-amd64/by-hash/SHA256/00",
                           "log/t1/tile/0/000"}) {
    INFO(path);
    CHECK(cache_class(path) == CacheClass::kImmutable);
  }
  for (const char* path :
       {"dists/stable/InRelease", "dists/stable/main/binary-amd64/Packages.xz", "log/t1/checkpoint",
        "log/t1/texts/00", "index.html", "apk/entry.jar", "apk/entry.json", "apk/index.html",
        "other/pool/x", "by-hash/x", "changelogs/main/t/tool/tool_1_changelog"}) {
    INFO(path);
    CHECK(cache_class(path) == CacheClass::kNoCache);
  }
}

TEST_CASE("cache class: headers that say so, and those that do not") {
  CHECK(is_served_as(CacheClass::kImmutable, cache_control(CacheClass::kImmutable)));
  CHECK(is_served_as(CacheClass::kImmutable, "Max-Age=1 , IMMUTABLE"));
  CHECK_FALSE(is_served_as(CacheClass::kImmutable, "public, max-age=31536000"));
  CHECK_FALSE(is_served_as(CacheClass::kImmutable, "not-immutable"));
  CHECK_FALSE(is_served_as(CacheClass::kImmutable, ""));
  CHECK_FALSE(is_served_as(CacheClass::kImmutable, "max-age=0, immutable"));
  CHECK_FALSE(is_served_as(CacheClass::kImmutable, "immutable, no-cache"));
  for (const char* header : {"no-cache", "no-store", "public, max-age=0", "a,No-Cache,b"}) {
    CHECK(is_served_as(CacheClass::kNoCache, header));
  }
  for (const char* header : {"", "public", "max-age=01", "max-age=60", "x-no-cache",
                             "max-age=0, s-maxage=3600", "max-age=0, stale-while-revalidate=9"}) {
    CHECK_FALSE(is_served_as(CacheClass::kNoCache, header));
  }
}

}  // namespace
}  // namespace hallmark
