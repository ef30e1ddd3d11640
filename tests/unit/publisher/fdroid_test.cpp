// The F-Droid index: written when something changed, of APKs that are there, and taken over only as
// it was composed and signed.
#include "publisher/repository/fdroid.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/digest.hpp"
#include "publisher/repository/inventory.hpp"
#include "publisher/repository/tree_check.hpp"
#include "publisher/transfer/publish_plan.hpp"
#include "tests/unit/publisher/repository_fixtures.hpp"
#include "tests/unit/verify/apk_signed_fixtures.hpp"
#include "tests/unit/verify/jar_fixtures.hpp"
#include "verify/apk/manifest.hpp"
#include "verify/fdroid/index.hpp"

namespace hallmark::publisher_test {
namespace {

constexpr int64_t kToday = 1'700'000'000;

class TestFdroid : public TestRepository {
 public:
  TestFdroid() {
    const auto apk = apk_test::memory_file(apk_test::good_apk());
    REQUIRE(include_apk(repository(), "a_1.apk", apk.get()).ok());
    const auto file = repository().state.apk("apk/a_1.apk");
    REQUIRE((file.ok() && *file));
    listed = {"apk/a_1.apk", (*file)->sha256, kToday - 100};
    const auto manifest = read_apk_manifest(apk.get());
    REQUIRE(manifest.ok());
    application = manifest->package;
  }

  FdroidJob job(int64_t now = kToday) const {
    return {{"Apps", "Of a test", "https://example.org/apk", {}, "repo"}, {listed}, 0, now};
  }
  ComposedFdroid composed(const FdroidJob& of) {
    auto out = compose_fdroid(repository(), of);
    INFO((out.ok() ? "" : out.error().message()));
    REQUIRE(out.ok());
    return *out;
  }
  Json index_json(const ComposedFdroid& of) const { return Json::parse(read(of.index.path)); }

  static FdroidEntryFiles entry_of(const ComposedFdroid& of) {
    FdroidEntryFiles out;
    out.entry = write_fdroid_entry({of.timestamp, of.index.sha256, of.index.size, 1});
    apk_test::TestJar jar;
    jar.files = {{"entry.json", apk_test::Buffer(out.entry.begin(), out.entry.end())}};
    out.jar = as_text(apk_test::signed_jar(jar));
    out.page = "<html>";
    return out;
  }
  static Sha256Digest certificate() {
    return sha256(as_text(apk_test::shared_rsa_2048().certificate()));
  }

  ListedApk listed;
  std::string application;
};

TEST_CASE("F-Droid: an index of what is there, and the same again") {
  TestFdroid test;
  const ComposedFdroid first = test.composed(test.job());
  CHECK(first.changed);
  CHECK(first.timestamp == kToday);
  const Json index = test.index_json(first);
  const Json& version = index["packages"][test.application]["versions"][test.listed.sha256.hex()];
  CHECK(version["file"]["name"] == "/a_1.apk");
  CHECK(version["added"] == (kToday - 100) * 1000);
  test.reopen();
  const ComposedFdroid again = test.composed(test.job(kToday + 60));
  CHECK_FALSE(again.changed);
  CHECK(again.index == first.index);
}

TEST_CASE("F-Droid: another terminal's index, or another text, makes a new one") {
  TestFdroid test;
  const ComposedFdroid first = test.composed(test.job());
  FdroidJob later = test.job();
  later.newest = kToday + 5;
  CHECK(test.composed(later).timestamp == kToday + 6);
  REQUIRE(
      describe_app(test.repository(), test.application, {{"metadata", {{"license", "MIT"}}}}, {})
          .ok());
  const ComposedFdroid other = test.composed(test.job(kToday + 60));
  CHECK(other.changed);
  CHECK(test.index_json(other)["packages"][test.application]["metadata"]["license"] == "MIT");
  CHECK(test.is_there(first.index.path));
}

TEST_CASE("F-Droid: an APK that is not there, or is another") {
  TestFdroid test;
  FdroidJob job = test.job();
  SECTION("another path") { job.apks[0].path = "apk/b_1.apk"; }
  SECTION("other bytes") { job.apks[0].sha256 = sha256("other"); }
  SECTION("its file is gone") { std::filesystem::remove(test.tree("apk/a_1.apk")); }
  const auto refused = compose_fdroid(test.repository(), job);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().message().find("is not in the repository") != std::string::npos);
}

TEST_CASE("F-Droid: an icon is a PNG, named by its digest") {
  TestFdroid test;
  const std::string png = "\x89PNG\r\n\x1a\n and more";
  const UniqueFd file = deb_test::memory_file(png);
  REQUIRE(describe_app(test.repository(), test.application, {{"metadata", Json::object()}},
                       {{"en-US", file.get()}})
              .ok());
  CHECK(test.read("apk/icons/" + sha256(png).hex() + ".png") == png);
  const Json index = test.index_json(test.composed(test.job()));
  CHECK(index["packages"][test.application]["metadata"]["icon"]["en-US"]["size"] == png.size());
  const UniqueFd script = deb_test::memory_file("<svg/>");
  CHECK_FALSE(describe_app(test.repository(), test.application, {{"metadata", Json::object()}},
                           {{"en-US", script.get()}})
                  .ok());
  CHECK_FALSE(describe_app(test.repository(), test.application, {{"more", 1}}, {}).ok());
}

TEST_CASE("F-Droid: an entry is taken over as it was composed and signed") {
  TestFdroid test;
  CHECK_FALSE(attach_fdroid(test.repository(), TestFdroid::certificate(), {}).ok());
  const ComposedFdroid composed = test.composed(test.job());
  const FdroidEntryFiles good = TestFdroid::entry_of(composed);
  std::vector<std::pair<std::string, FdroidEntryFiles>> forgeries = {
      {"an entry that is not in the JAR", good},
      {"no JAR", good},
      {"an entry of another index", {}},
      {"an entry of another time", {}},
      {"a page without end", good}};
  forgeries[0].second.entry.insert(1, " ");
  forgeries[1].second.jar = "PK";
  ComposedFdroid other = composed;
  other.index.sha256 = sha256("other");
  forgeries[2].second = TestFdroid::entry_of(other);
  other = composed;
  other.timestamp += 1;
  forgeries[3].second = TestFdroid::entry_of(other);
  forgeries[4].second.page = std::string(300'000, 'x');
  for (const auto& [what, files] : forgeries) {
    INFO(what);
    CHECK_FALSE(attach_fdroid(test.repository(), TestFdroid::certificate(), files).ok());
    CHECK_FALSE(test.is_there("apk/entry.jar"));
  }
  CHECK_FALSE(attach_fdroid(test.repository(), sha256("another key"), good).ok());
  const Status taken = attach_fdroid(test.repository(), TestFdroid::certificate(), good);
  INFO((taken.ok() ? "" : taken.error().message()));
  REQUIRE(taken.ok());
  CHECK(test.read("apk/entry.jar") == good.jar);
  CHECK(test.read("apk/index.html") == "<html>");

  const auto plan = make_publish_plan(test.repository());
  REQUIRE(plan.ok());
  REQUIRE_FALSE(plan->empty());
  CHECK(plan->back().uploads.back().file.path == "apk/entry.jar");
  REQUIRE(remove_apk(test.repository(), test.listed.sha256).ok());
  // Packages go out all the same; the index that names the app does not.
  const auto without = make_publish_plan(test.repository());
  REQUIRE(without.ok());
  for (const PublishStage& stage : *without) {
    for (const Upload& upload : stage.uploads) CHECK(upload.file.path != "apk/entry.jar");
  }
}

TEST_CASE("F-Droid: gc leaves what the index names, and what it will name") {
  TestFdroid test;
  const std::string png = "\x89PNG\r\n\x1a\n and more";
  const auto describe = [&](const std::string& bytes) {
    const UniqueFd file = deb_test::memory_file(bytes);
    return describe_app(test.repository(), test.application, {{"metadata", Json::object()}},
                        {{"en-US", file.get()}})
        .ok();
  };
  const auto removed = [&] {
    auto garbage = collect_garbage(test.repository(), {{}, false, false});
    REQUIRE(garbage.ok());
    std::vector<std::string> out;
    for (const TreeFile& file : garbage->files) out.push_back(file.path);
    const auto report = check_tree(test.repository(), nullptr);
    REQUIRE(report.ok());
    CHECK(report->faults.empty());
    return out;
  };
  REQUIRE(describe(png));
  CHECK(removed().empty());
  const ComposedFdroid first = test.composed(test.job());
  CHECK(removed().empty());
  REQUIRE(attach_fdroid(test.repository(), TestFdroid::certificate(), TestFdroid::entry_of(first))
              .ok());
  CHECK(removed().empty());
  REQUIRE(describe(png + " another"));
  const ComposedFdroid second = test.composed(test.job(kToday + 60));
  CHECK(removed().empty());
  REQUIRE(attach_fdroid(test.repository(), TestFdroid::certificate(), TestFdroid::entry_of(second))
              .ok());
  CHECK(removed() ==
        std::vector<std::string>{"apk/icons/" + sha256(png).hex() + ".png", first.index.path});
}

}  // namespace
}  // namespace hallmark::publisher_test
