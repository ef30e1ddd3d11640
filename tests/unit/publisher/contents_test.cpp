// Contents in the repository: what it says, and that it says the same whatever happened before.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <random>
#include <set>

#include "publisher/repository/inventory.hpp"
#include "publisher/repository/tree_check.hpp"
#include "tests/unit/publisher/repository_fixtures.hpp"
#include "verify/contents_index.hpp"

namespace hallmark::publisher_test {
namespace {

constexpr const char* kContents = "dists/stable/main/Contents-amd64.gz";

struct Listed {
  std::string package;
  std::string version = "1";
  std::vector<std::string> paths;
  std::string architecture = "amd64";
  std::string section = "utils";
};

std::string deb_with(const Listed& listed) {
  const std::string control = "Package: " + listed.package + "\nVersion: " + listed.version +
                              "\nArchitecture: " + listed.architecture +
                              "\nSection: " + listed.section +
                              "\nMaintainer: A <a@example.org>\nDescription: a test\n";
  auto members = deb_test::deb_members(deb_test::tar({{"./", "", '5'}, {"./control", control}}));
  std::vector<deb_test::TarEntry> entries = {{"./", "", '5'}};
  for (const std::string& path : listed.paths) entries.push_back({"./" + path, "x"});
  members.at(2).content = deb_test::tar(entries);
  return deb_test::ar(members);
}

class ContentsRepository : public TestRepository {
 public:
  ContentsRepository() {
    for (SuitePolicy& suite : edited_policy().suites) suite.contents = true;
  }
  void include(const Listed& listed, const std::string& suite = "stable") {
    const auto included = include_bytes({deb_with(listed)}, {suite, "main"});
    INFO((included.ok() ? "" : included.error().message()));
    REQUIRE(included.ok());
  }
  void remove(const Listed& listed, const std::string& suite = "stable") {
    const auto removed = remove_packages(
        repository(), std::vector<PackageName>{{suite, listed.package, listed.version, ""}});
    REQUIRE(removed.ok());
    REQUIRE(*removed == 1);
  }
  std::string text(const std::string& path = kContents) const {
    return test::run_tool("/usr/bin/gzip", {"-dc", tree(path)});
  }
};

TEST_CASE("contents: paths, with every package that has them, and by hash") {
  ContentsRepository test;
  test.include({"one", "1", {"usr/bin/one", "usr/share/both"}});
  test.include({"two", "1", {"usr/share/both", "etc/a b"}, "all", "net"});
  test.include({"arm", "1", {"usr/bin/arm"}, "arm64"});
  const ComposedSuite composed = test.compose();
  CHECK(composed.indices.size() == 2 * 2 * 4);
  CHECK(test.text() ==
        "etc/a b\tnet/two\nusr/bin/one\tutils/one\n"
        "usr/share/both\tnet/two,utils/one\n");
  CHECK(test.text("dists/stable/main/Contents-arm64.gz") ==
        "etc/a b\tnet/two\nusr/bin/arm\tutils/arm\nusr/share/both\tnet/two\n");
  CHECK(test.text("dists/stable/contrib/Contents-amd64.gz").empty());
  const auto served = std::find_if(composed.indices.begin(), composed.indices.end(),
                                   [](const ServedFile& file) { return file.path == kContents; });
  REQUIRE(served != composed.indices.end());
  CHECK(test.is_there(by_hash_path(*served)));
  CHECK_FALSE(test.is_there("dists/stable/main/Contents-amd64"));
  CHECK_FALSE(test.compose().changed);
  CHECK(test.nothing_incoming());
}

TEST_CASE("contents: what goes leaves the lines that others have, and another version's") {
  ContentsRepository test;
  const Listed old{"tool", "1", {"usr/bin/tool", "usr/share/old", "usr/share/shared"}};
  const Listed next{"tool", "2", {"usr/bin/tool", "usr/share/new"}};
  const Listed other{"other", "1", {"usr/share/shared"}};
  test.include(old);
  test.include(other);
  test.compose();
  test.include(next);
  test.compose();
  CHECK(test.text() ==
        "usr/bin/tool\tutils/tool\nusr/share/new\tutils/tool\n"
        "usr/share/old\tutils/tool\nusr/share/shared\tutils/other,utils/tool\n");
  test.remove(old);
  test.compose();
  CHECK(test.text() ==
        "usr/bin/tool\tutils/tool\nusr/share/new\tutils/tool\nusr/share/shared\tutils/other\n");
  test.remove(other);
  test.remove(next);
  test.compose();
  CHECK(test.text().empty());
}

TEST_CASE("contents: switched on later, and off again") {
  ContentsRepository test;
  for (SuitePolicy& suite : test.edited_policy().suites) suite.contents = false;
  test.include({"one", "1", {"usr/bin/one"}});
  CHECK(test.compose().indices.size() == 2 * 2 * 3);
  test.edited_policy().suites[0].contents = true;
  CHECK(test.compose().changed);
  CHECK(test.text() == "usr/bin/one\tutils/one\n");
  test.edited_policy().suites[0].contents = false;
  CHECK(test.compose().indices.size() == 2 * 2 * 3);
}

TEST_CASE("contents: the state forgets the shards of what the policy has no longer") {
  ContentsRepository test;
  const Listed both{"one", "1", {"usr/bin/one"}, "all"};
  test.include(both);
  const auto shards = [&](const std::string& suite, const std::string& architecture) {
    int count = 0;
    REQUIRE(test.repository()
                .state
                .each_contents_form({suite, "main", architecture},
                                    [&](std::string_view) {
                                      ++count;
                                      return ok_status();
                                    })
                .ok());
    return count;
  };
  test.compose();
  CHECK(shards("stable", "amd64") == 1);
  CHECK(shards("stable", "arm64") == 1);
  SuitePolicy& suite = test.edited_policy().suites[0];
  suite.architectures = {"amd64"};
  test.compose();
  CHECK(shards("stable", "amd64") == 1);
  CHECK(shards("stable", "arm64") == 0);
  suite.contents = false;
  test.compose();
  CHECK(shards("stable", "amd64") == 0);
  suite.contents = true;
  test.compose();
  CHECK(test.text() == "usr/bin/one\tutils/one\n");
  // A suite that the policy has no longer is not composed any more.
  test.remove(both);
  CHECK(shards("stable", "amd64") == 1);
  REQUIRE(collect_garbage(test.repository(), {{}, false, false}).ok());
  CHECK(shards("stable", "amd64") == 0);
}

TEST_CASE("contents: repo gc and repo check know of it, and of its end") {
  ContentsRepository test;
  test.include({"one", "1", {"usr/bin/one"}});
  test.compose();
  const auto is_in_order = [&] {
    const ProgressSink silent = [](const Json&) {};
    const auto report = check_tree(test.repository(), &silent);
    REQUIRE(report.ok());
    return report->faults.empty();
  };
  const auto collect = [&] {
    auto garbage = collect_garbage(test.repository(), {{}, false, false});
    REQUIRE(garbage.ok());
    return garbage->files;
  };
  CHECK(is_in_order());
  CHECK(collect().empty());
  for (SuitePolicy& suite : test.edited_policy().suites) suite.contents = false;
  test.compose();
  CHECK_FALSE(is_in_order());
  // Two components' of two architectures, and by hash, where those without a line are one file.
  CHECK(collect().size() == 4 + 3);
  CHECK_FALSE(test.is_there(kContents));
  CHECK(is_in_order());
  for (SuitePolicy& suite : test.edited_policy().suites) suite.contents = true;
  test.compose();
  CHECK(test.text() == "usr/bin/one\tutils/one\n");
}

TEST_CASE("contents: a Release names the plain index too, which nobody serves") {
  ContentsRepository test;
  test.include({"one", "1", {"usr/bin/one"}});
  const ComposedSuite composed = test.compose();
  Release release = test.release_of(composed);
  for (const char* path : {"main/Contents-amd64", "contrib/Contents-arm64"}) {
    release.release += " " + std::string(64, 'a') + " 12 " + path + "\n";
  }
  release = TestRepository::signed_release("stable", release.release);
  const auto attached = attach_release(test.repository(), release);
  INFO((attached.ok() ? "" : attached.error().message()));
  CHECK(attached.ok());
}

TEST_CASE("contents: a package that cannot be listed stops the compose by its name") {
  ContentsRepository test;
  auto members =
      deb_test::deb_members(deb_test::tar({{"./", "", '5'}, {"./control", deb_test::kControl}}));
  members.at(2).content = deb_test::tar({{"./../up"}});
  REQUIRE(test.include_bytes({deb_test::ar(members)}).ok());
  const auto composed = compose_suite(test.repository(), *test.policy().suite("stable"));
  REQUIRE_FALSE(composed.ok());
  CHECK(composed.error().message().find("hm-test_2.0-3_amd64.deb") != std::string::npos);
  CHECK(composed.error().message().find("'..'") != std::string::npos);
}

// Enough paths for many shards, and few enough names for much to be shared.
Listed random_package(std::mt19937& random, int number) {
  Listed listed{"p" + std::to_string(number % 40), std::to_string(1 + number / 40), {}};
  listed.section = random() % 4 == 0 ? "net" : "utils";
  if (random() % 5 == 0) listed.architecture = "all";
  const std::size_t count = random() % 300;
  for (std::size_t i = 0; i < count; ++i) {
    const char* folder = random() % 2 == 0 ? "usr/share/" : "etc/";
    listed.paths.push_back(folder + std::to_string(random() % 6000));
  }
  std::sort(listed.paths.begin(), listed.paths.end());
  listed.paths.erase(std::unique(listed.paths.begin(), listed.paths.end()), listed.paths.end());
  return listed;
}

std::string expected_text(const std::map<int, Listed>& members) {
  std::map<std::string, std::set<std::string>> lines;
  for (const auto& [number, listed] : members) {
    for (const std::string& path : listed.paths) {
      lines[path].insert(listed.section + "/" + listed.package);
    }
  }
  std::string out;
  for (const auto& [path, names] : lines) {
    std::string joined;
    for (const std::string& name : names) joined += (joined.empty() ? "" : ",") + name;
    out += path + "\t" + joined + "\n";
  }
  return out;
}

TEST_CASE("contents: the same bytes whatever the history of includes and removals") {
  std::mt19937 random(7);  // the same every time
  ContentsRepository test;
  std::map<int, Listed> members;
  for (int number = 0; number < 90; ++number) {
    const Listed listed = random_package(random, number);
    test.include(listed);
    members[number] = listed;
    if (random() % 3 == 0) {
      auto gone = members.begin();
      std::advance(gone, static_cast<std::ptrdiff_t>(random() % members.size()));
      test.remove(gone->second);
      members.erase(gone);
    }
    if (random() % 6 == 0) test.compose();
  }
  const ComposedSuite composed = test.compose();
  CHECK(test.text() == expected_text(members));

  ContentsRepository fresh;
  for (const auto& [number, listed] : members) fresh.include(listed);
  CHECK(fresh.compose().indices == composed.indices);
}

}  // namespace
}  // namespace hallmark::publisher_test
