#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "cli/lock_changes.hpp"
#include "cli/lock_words.hpp"
#include "core/digest.hpp"

namespace hallmark {
namespace {

using Files = std::vector<std::pair<std::string, std::string>>;  // name, version

Lock lock_of(const Files& files, DependencyKind kind = DependencyKind::kCargo) {
  Lock lock;
  lock.source.kind = OriginKind::kGit;
  LockedDependencies dependencies{kind, "Cargo.lock", {}};
  for (const auto& [name, version] : files) {
    dependencies.files.push_back({{name, version, "", ""}, 1000, sha256(name + version)});
  }
  if (!files.empty()) lock.dependencies = {dependencies};
  return lock;
}

std::vector<std::string> told_of(const Lock& before, const Lock& after) {
  std::vector<std::string> out;
  for (const LockChange& change : lock_changes(before, after)) {
    if (change.words.find(" package ") == std::string::npos) continue;
    out.push_back((change.alert ? "! " : "") + change.words);
  }
  return out;
}

TEST_CASE("lock changes: packages of a registry that come, go, rise and fall") {
  CHECK(told_of(lock_of({{"down", "1.10.0"},
                         {"gone", "1.0.0"},
                         {"same", "1.0.0"},
                         {"spelt", "1.0.0-a"},
                         {"up", "1.9.0"}}),
                lock_of({{"down", "1.9.0"},
                         {"new", "1.0.0"},
                         {"same", "1.0.0"},
                         {"spelt", "1.0.0-b"},
                         {"up", "1.10.0"}})) ==
        std::vector<std::string>{"! cargo package down FALLS from 1.10.0 to 1.9.0",
                                 "cargo package gone 1.0.0 goes",
                                 "cargo package new 1.0.0 comes, 1.0 kB",
                                 "! cargo package spelt changes from 1.0.0-a to 1.0.0-b",
                                 "cargo package up rises from 1.9.0 to 1.10.0"});
  CHECK(told_of(lock_of({}), lock_of({{"a", "1.0.0"}})).size() == 1);
  CHECK(told_of(lock_of({{"a", "1.0.0"}}), lock_of({})).size() == 1);
}

TEST_CASE("lock changes: several versions of one package, side by side") {
  CHECK(told_of(lock_of({{"a", "1.0.0"}}), lock_of({{"a", "1.0.0"}, {"a", "2.0.0"}})) ==
        std::vector<std::string>{"cargo package a 2.0.0 comes, 1.0 kB"});
}

TEST_CASE("lock changes: a registry's package of other bytes under its version") {
  const Lock before = lock_of({{"a", "1.0.0"}});
  Lock after = before;
  after.dependencies[0].files[0].sha256 = sha256("evil");
  const auto lines = told_of(before, after);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].starts_with("! cargo package a 1.0.0 is another file: SHA-256 "));
}

TEST_CASE("lock changes: a go.mod without its module is no line") {
  CHECK(told_of(lock_of({}), lock_of({{"example.org/a", "v1.0.0/go.mod"}}, DependencyKind::kGo))
            .empty());
}

TEST_CASE("lock words: what comes from registries") {
  const auto words = lock_words(lock_of({{"a", "1.0.0"}, {"b", "1.0.0"}}));
  CHECK(std::count(words.begin(), words.end(),
                   "with 2 files from the cargo registry, as Cargo.lock has them") == 1);
}

}  // namespace
}  // namespace hallmark
