#include "cli/lock_words.hpp"

#include <catch2/catch_test_macros.hpp>

namespace hallmark {
namespace {

TEST_CASE("lock words: what a person is asked to approve of") {
  Lock lock;
  lock.product = "tool";
  lock.version = "1.0-1";
  lock.source.package = "tool";
  lock.source.version = "1.0-1";
  lock.source.signer = "AAAA";
  lock.environments.emplace_back();
  lock.environments[0].name = "build";
  lock.environments[0].architecture = "amd64";
  lock.environments[0].packages.emplace_back();
  lock.targets = {{"stable", "main", "amd64", "build"}};
  CHECK(lock_words(lock) ==
        std::vector<std::string>{"tool 1.0-1", "Debian source package tool 1.0-1, signed by AAAA",
                                 "built in environment build (amd64, 1 packages)",
                                 "for stable/main"});
}

TEST_CASE("lock words: the version before") {
  const std::vector<std::string> versions = {"1.9", "1.10", "2.0", "1.2"};
  CHECK(version_before(versions, "2.0") == "1.10");
  CHECK(version_before(versions, "1.2").empty());
  CHECK(version_before({}, "1.2").empty());
}

}  // namespace
}  // namespace hallmark
