// Changelogs in the repository: which are served, for how long, and that the same packages give the
// same files whatever happened before.
#include "publisher/repository/changelogs.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "publisher/repository/inventory.hpp"
#include "publisher/repository/tree_check.hpp"
#include "publisher/transfer/publish_plan.hpp"
#include "tests/unit/publisher/repository_fixtures.hpp"

namespace hallmark::publisher_test {
namespace {

constexpr const char* kOurs = "https://packages.example.org/changelogs/@CHANGEPATH@_changelog";
const std::string kTool = "changelogs/main/t/tool/tool_1_changelog";

struct Documented {
  std::string package;
  std::string changelog;
  std::string version = "1";
  std::string source = "tool";
};

std::string deb_with(const Documented& documented) {
  const std::string control = "Package: " + documented.package +
                              "\nVersion: " + documented.version +
                              "\nSource: " + documented.source +
                              "\nArchitecture: all\nMaintainer: A <a@example.org>"
                              "\nDescription: a test\n";
  auto members = deb_test::deb_members(deb_test::tar({{"./", "", '5'}, {"./control", control}}));
  const std::string path = "./usr/share/doc/" + documented.package + "/changelog";
  members.at(2).content = deb_test::tar({{"./", "", '5'}, {path, documented.changelog}});
  return deb_test::ar(members);
}

class ChangelogRepository : public TestRepository {
 public:
  ChangelogRepository() { edited_policy().suites[0].changelogs = kOurs; }
  void include(const Documented& documented, const Destination& destination = {"stable", "main"}) {
    const auto included = include_bytes({deb_with(documented)}, destination);
    INFO((included.ok() ? "" : included.error().message()));
    REQUIRE(included.ok());
  }
  void include_and_compose(const Documented& documented) {
    include(documented);
    compose();
  }
  void remove(const Documented& documented, const std::string& suite = "stable") {
    const auto removed = remove_packages(
        repository(),
        std::vector<PackageName>{{suite, documented.package, documented.version, ""}});
    REQUIRE(removed.ok());
    REQUIRE(*removed == 1);
  }
  void release() { REQUIRE(attach_release(repository(), release_of(compose())).ok()); }

  std::vector<std::string> files() const {
    std::vector<std::string> out;
    const std::string folder = tree("changelogs");
    if (!std::filesystem::exists(folder)) return out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (entry.is_directory()) continue;
      const std::string path = entry.path().lexically_relative(tree(""));
      if (path.find("/by-hash/") == std::string::npos) out.push_back(path);
    }
    std::sort(out.begin(), out.end());
    return out;
  }
  std::vector<std::string> faults() {
    const ProgressSink silent = [](const Json&) {};
    const auto report = check_tree(repository(), &silent);
    REQUIRE(report.ok());
    std::vector<std::string> out;
    for (const TreeFault& fault : report->faults) {
      if (fault.path.starts_with("changelogs/")) out.push_back(fault.fault + " " + fault.path);
    }
    return out;
  }
};

using Paths = std::vector<std::string>;

TEST_CASE("changelogs: of every source package and component, without epochs") {
  ChangelogRepository test;
  test.include({"tool", "tool's", "1:2.0"});
  test.include({"tool-doc", "the same source's", "3", "tool (5:1.5)"});
  test.include({"libx1", "a library's", "1", "libx"});
  test.include({"extra", "extra's", "1", "extra"}, {"stable", "contrib"});
  test.include({"silent", "", "1", "silent"});
  test.compose();
  CHECK(test.files() == Paths{"changelogs/contrib/e/extra/extra_1_changelog",
                              "changelogs/main/libx/libx/libx_1_changelog",
                              "changelogs/main/t/tool/tool_1.5_changelog",
                              "changelogs/main/t/tool/tool_2.0_changelog"});
  CHECK(test.read("changelogs/main/libx/libx/libx_1_changelog") == "a library's");
  CHECK(test.read("changelogs/main/t/tool/tool_1.5_changelog") == "the same source's");
  CHECK(test.faults().empty());
  CHECK_FALSE(test.compose().changed);
  CHECK(test.nothing_incoming());
}

TEST_CASE("changelogs: none where Release sends apt nowhere, or elsewhere") {
  ChangelogRepository test;
  test.edited_policy().suites[0].changelogs =
      GENERATE("", "no", "https://example.org/@CHANGEPATH@.txt",
               "https://example.org/changelogs/@CHANGEPATH@");
  test.include_and_compose({"tool", "text"});
  CHECK_FALSE(test.is_there("changelogs"));
}

TEST_CASE("changelogs: switched on later, and off again") {
  ChangelogRepository test;
  test.edited_policy().suites[0].changelogs = "no";
  test.include_and_compose({"tool", "text"});
  test.edited_policy().suites[0].changelogs = kOurs;
  test.compose();
  CHECK(test.files() == Paths{kTool});
  test.edited_policy().suites[0].changelogs.clear();
  test.compose();
  CHECK_FALSE(test.is_there("changelogs"));
  CHECK(test.faults().empty());
}

TEST_CASE("changelogs: of several packages of one source the first, in whatever order they come") {
  const std::vector<Documented> debs = {{"tool-b", "b"}, {"tool-a", "a"}, {"tool-0", ""}};
  for (const auto& order : {std::vector<int>{0, 1, 2}, {2, 1, 0}, {1, 0, 2}}) {
    ChangelogRepository test;
    for (const int i : order) test.include_and_compose(debs[static_cast<std::size_t>(i)]);
    CHECK(test.read(kTool) == "a");
    test.remove(debs[1]);
    CHECK(test.faults().empty());
    test.compose();
    CHECK(test.read(kTool) == "b");
    CHECK(test.faults().empty());
    test.remove(debs[0]);
    test.compose();
    CHECK_FALSE(test.is_there("changelogs"));
  }
}

TEST_CASE("changelogs: gone with the last suite that wants them") {
  ChangelogRepository test;
  test.edited_policy().suites[1].changelogs = kOurs;
  const Documented tool{"tool", "text"};
  test.include(tool);
  test.include(tool, {"testing", "main"});
  test.compose();
  test.compose("testing");
  test.remove(tool);
  test.compose();
  CHECK(test.files() == Paths{kTool});
  SECTION("by the policy") {
    test.edited_policy().suites[1].changelogs = "no";
    test.compose("testing");
  }
  SECTION("by its packages") {
    test.remove(tool, "testing");
    test.compose("testing");
  }
  SECTION("and never composed again: as garbage") {
    test.remove(tool, "testing");
    const auto garbage = collect_garbage(test.repository(), {});
    REQUIRE(garbage.ok());
    CHECK_FALSE(garbage->files.empty());
  }
  CHECK_FALSE(test.is_there("changelogs"));
  CHECK(test.faults().empty());
}

TEST_CASE("changelogs: other bytes in a package's place bring another") {
  ChangelogRepository test;
  test.include_and_compose({"tool", "first"});
  test.remove({"tool", "first"});
  test.include_and_compose({"tool", "second"});
  CHECK(test.read(kTool) == "second");
  CHECK(test.faults().empty());
}

TEST_CASE("changelogs: one that is lost from the tree is read again") {
  ChangelogRepository test;
  test.edited_policy().suites[1].changelogs = kOurs;
  test.include({"tool", "tool's"});
  test.include({"tool", "tool's"}, {"testing", "main"});
  test.compose();
  test.compose("testing");
  const std::string lost =
      test.tree("changelogs/main/t/tool/by-hash/SHA256/" + sha256("tool's").hex());
  REQUIRE(std::filesystem::exists(lost));
  const bool is_cut = GENERATE(false, true);
  std::filesystem::remove(lost);
  if (is_cut) std::ofstream(lost) << "to";
  test.include_and_compose({"more", "more's", "1", "more"});
  CHECK(test.read(kTool) == "tool's");
  test.compose("testing");
  CHECK(test.faults().empty());
}

TEST_CASE("changelogs: are checked, and no garbage") {
  ChangelogRepository test;
  test.include_and_compose({"tool", "text"});
  const ServedFile file = test.repository().state.changelogs()->front();
  CHECK(collect_garbage(test.repository(), {})->files.empty());
  CHECK(test.read(kTool) == "text");
  REQUIRE(::unlink(test.tree(kTool).c_str()) == 0);
  std::ofstream(test.tree(by_hash_path(file))) << "tEXt";
  CHECK(test.faults() == Paths{"digest " + by_hash_path(file)});
  REQUIRE(::unlink(test.tree(by_hash_path(file)).c_str()) == 0);
  CHECK(test.faults() == Paths{"missing " + by_hash_path(file)});
}

TEST_CASE(
    "changelogs: what a crash left before the state knew of it is replaced, and is no fault") {
  ChangelogRepository test;
  test.include({"tool", "text"});
  const ServedFile file{kTool, 4, sha256("text")};
  std::filesystem::create_directories(
      std::filesystem::path(test.tree(by_hash_path(file))).parent_path());
  std::ofstream(test.tree(by_hash_path(file))) << "";
  test.compose();
  CHECK(test.read(kTool) == "text");
  CHECK(test.faults().empty());
}

Paths planned(TestRepository& test) {
  const auto plan = make_publish_plan(test.repository());
  REQUIRE(plan.ok());
  Paths out;
  for (const PublishStage& stage : *plan) {
    for (const Upload& upload : stage.uploads) out.push_back(upload.file.path);
  }
  return out;
}

std::string planned_text(TestRepository& test) {
  const auto plan = make_publish_plan(test.repository());
  REQUIRE(plan.ok());
  for (const PublishStage& stage : *plan) {
    if (stage.name != "changelogs") continue;
    REQUIRE(stage.uploads.size() == 1);
    CHECK(stage.uploads[0].file.path == kTool);
    const auto opened = stage.uploads[0].open();
    REQUIRE(opened.ok());
    char text[8] = {};
    REQUIRE(::read(opened->get(), text, sizeof text - 1) >= 0);
    return text;
  }
  return "none";
}

TEST_CASE("changelogs: are published before the indices, by the packages that are released") {
  ChangelogRepository test;
  test.include({"tool-b", "b"});
  test.release();
  const Paths order = planned(test);
  REQUIRE(order.size() > 2);
  CHECK(order[0] == "pool/main/t/tool/tool-b_1_all.deb");
  CHECK(order[1] == kTool);
  CHECK(order[2].find("/by-hash/") != std::string::npos);
  CHECK(planned_text(test) == "b");

  test.include_and_compose({"tool-a", "a"});
  CHECK(test.read(kTool) == "a");
  CHECK(planned_text(test) == "b");
  test.release();
  CHECK(planned_text(test) == "a");
}

}  // namespace
}  // namespace hallmark::publisher_test
