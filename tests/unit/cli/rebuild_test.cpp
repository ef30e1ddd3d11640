#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <string>

#include "cli/rebuild/log_comparison.hpp"
#include "cli/rebuild/rebuild_folder.hpp"
#include "cli/rebuild/rebuild_words.hpp"
#include "core/digest.hpp"
#include "tests/unit/tools.hpp"
#include "tests/unit/verify/apk_signed_fixtures.hpp"

namespace {

using namespace hallmark;
using hallmark::test::TestFolder;

const BuiltArtefact kTool = {"tool_1_amd64.deb", 4, sha256("tool")};

Comparison compared(const std::string& path, const BuiltArtefact& artefact = kTool) {
  const TestFolder folder;
  const auto built = open_file(folder.write("built", "tool"));
  const auto published = Published::open(path);
  REQUIRE((built.ok() && published.ok()));
  const auto comparison = published->compare(artefact, built->get());
  REQUIRE(comparison.ok());
  return *comparison;
}

Rebuild with(const std::vector<Verdict>& verdicts) {
  Rebuild out;
  out.targets.emplace_back();
  for (const Verdict verdict : verdicts) {
    out.targets[0].comparisons.push_back({"tool", verdict, "mirror/tool", "other bytes"});
  }
  return out;
}

int exit_code(const std::vector<Verdict>& verdicts, const std::string& against = "mirror") {
  Rebuild rebuild = with(verdicts);
  rebuild.compared_with = against;
  const Status verdict = rebuild_verdict(rebuild);
  return verdict.ok() ? 0 : static_cast<int>(verdict.error().kind);
}

const std::string kNewest = "newest";
const std::string kOlder = "older";

// A lock for stable/main whose one package was built, and accepted as it is.
struct AcceptedRelease {
  RebuildInputs in;

  AcceptedRelease() {
    in.lock.product = "tool";
    in.lock.version = "1";
    in.lock.targets = {{"stable", "main", "amd64", "e"}};
    in.lock.source.files = {{"tool_1.dsc", 3, sha256("dsc"), ""}};
    accept("tool_1_amd64.deb", "tool", kNewest);
  }
  void accept(const std::string& name, const std::string& bytes, const std::string& lock,
              const std::string& place = "stable/main") {
    in.accepted[{place, name}][sha256(bytes)] = lock;
  }
  Rebuild done() const {
    Rebuild out;
    out.lock = in.lock;
    out.compared_with = "the release log";
    RebuiltTarget target;
    target.record.target = {"stable", "main", "amd64", "e"};
    target.record.artefacts = {kTool};
    target.comparisons = compare_with_log(in, target.record);
    out.targets = {target};
    add_rest_of_log(in, out);
    return out;
  }
  int exit_code() const {
    const Status verdict = rebuild_verdict(done());
    return verdict.ok() ? 0 : static_cast<int>(verdict.error().kind);
  }
  std::string text() const { return rebuild_text(done()); }
};

}  // namespace

TEST_CASE("what is published is found by name, wherever it lies in a folder") {
  const TestFolder folder;
  folder.write("pool/main/t/tool_1_amd64.deb", "tool");
  folder.write("pool/main/t/other_1_amd64.deb", "other");
  const Comparison comparison = compared(folder.path());
  CHECK(comparison.verdict == Verdict::kEqual);
  CHECK(comparison.published.ends_with("t/tool_1_amd64.deb"));
  CHECK(compared(folder.path(), {"absent.deb", 1, sha256("x")}).verdict == Verdict::kMissing);
}

TEST_CASE("a file that is published in two places must be equal in both") {
  const TestFolder folder;
  folder.write("a/tool_1_amd64.deb", "tool");
  folder.write("b/tool_1_amd64.deb", "lool");
  const Comparison comparison = compared(folder.path());
  CHECK(comparison.verdict == Verdict::kDifferent);
  CHECK(comparison.published.ends_with("b/tool_1_amd64.deb"));
  CHECK(comparison.difference.starts_with("other bytes"));
}

TEST_CASE("one file is compared with the artefact of its name alone") {
  const TestFolder folder;
  CHECK(compared(folder.write("tool_1_amd64.deb", "tool")).verdict == Verdict::kEqual);
  CHECK(compared(folder.write("other_1_amd64.deb", "tool")).verdict == Verdict::kMissing);
}

TEST_CASE("an app is published with signatures, and compared without") {
  using namespace hallmark::apk_test;
  const TestFolder folder;
  const auto text = [](const Buffer& bytes) { return std::string(bytes.begin(), bytes.end()); };
  const std::string built = text(write_zip(apk_entries()).file());
  const std::string published =
      folder.write("org.example_7.apk",
                   text(signed_apk(write_zip(apk_entries()), {{ec_signer()}, {ec_signer()}, {}})));
  const BuiltArtefact app = {"app-unsigned.apk", built.size(), sha256(built)};
  const auto build = open_file(folder.write("built", built));
  REQUIRE(build.ok());
  const auto equal = Published::open(published)->compare(app, build->get());
  REQUIRE(equal.ok());
  CHECK(equal->verdict == Verdict::kEqual);

  auto entries = apk_entries();
  entries.pop_back();
  const std::string less = text(write_zip(entries).file());
  const auto other_build = open_file(folder.write("less", less));
  const BuiltArtefact other = {"app-unsigned.apk", less.size(), sha256(less)};
  const auto different = Published::open(published)->compare(other, other_build->get());
  REQUIRE(different.ok());
  CHECK(different->verdict == Verdict::kDifferent);
  CHECK(different->difference == "res/values.txt: missing entry");
}

TEST_CASE("a link in a folder of published files is not followed, and differs") {
  const TestFolder folder;
  const std::string elsewhere = folder.write("elsewhere", "tool");
  std::filesystem::create_directory(folder.path("mirror"));
  std::filesystem::create_symlink(elsewhere, folder.path("mirror/tool_1_amd64.deb"));
  const Comparison comparison = compared(folder.path("mirror"));
  CHECK(comparison.verdict == Verdict::kDifferent);
  CHECK(comparison.published.ends_with("mirror/tool_1_amd64.deb"));
  CHECK(comparison.difference.find("links are not followed") != std::string::npos);
  // One that goes round in circles, too.
  std::filesystem::remove(folder.path("mirror/tool_1_amd64.deb"));
  std::filesystem::create_symlink("tool_1_amd64.deb", folder.path("mirror/tool_1_amd64.deb"));
  CHECK(compared(folder.path("mirror")).verdict == Verdict::kDifferent);
}

TEST_CASE("a release log: what was accepted must be what was built, all of it") {
  AcceptedRelease release;
  CHECK(release.exit_code() == 0);
  SECTION("other bytes") {
    release.accept("tool_1_amd64.deb", "evil", kNewest);
    release.in.accepted[{"stable/main", "tool_1_amd64.deb"}].erase(sha256("tool"));
    CHECK(release.exit_code() == 3);
  }
  SECTION("other bytes before") {
    release.accept("tool_1_amd64.deb", "evil", kOlder);
    CHECK(release.exit_code() == 3);
  }
  SECTION("what was built was never accepted") {
    release.in.accepted.clear();
    release.accept("tool_1_amd64.deb", "tool", kNewest, "testing/main");
    CHECK(release.exit_code() == 3);
  }
  SECTION("a file that the lock does not give") {
    release.accept("backdoor_1_amd64.deb", "evil", kNewest);
    CHECK(release.exit_code() == 3);
    CHECK(release.text().find("backdoor_1_amd64.deb  DIFFERS from the release log") !=
          std::string::npos);
    CHECK(to_json(release.done())["unexpected"][0]["name"] == "backdoor_1_amd64.deb");
  }
  SECTION("a place where the lock does not go") {
    release.accept("tool_1_amd64.deb", "tool", kNewest, "evil/main");
    CHECK(release.exit_code() == 3);
  }
  SECTION("the lock's source files, and others under their names") {
    release.accept("tool_1.dsc", "dsc", kNewest);
    CHECK(release.exit_code() == 0);
    release.accept("tool_1.dsc", "evil", kNewest);
    CHECK(release.exit_code() == 3);
  }
}

TEST_CASE("a release log: what cannot be compared is said") {
  AcceptedRelease release;
  SECTION("a target of another machine") {
    release.in.lock.targets.push_back({"stable", "main", "arm64", "e"});
    release.accept("tool_1_arm64.deb", "arm", kNewest);
    CHECK(release.exit_code() == 0);
    CHECK(release.text().find("not compared: tool_1_arm64.deb in stable/main, of a target that "
                              "was not built here\n") != std::string::npos);
    release.accept("backdoor_1_amd64.deb", "evil", kNewest);
    CHECK(release.exit_code() == 3);
  }
  SECTION("another lock, elsewhere") {
    release.in.other_locks = {kOlder};
    release.accept("tool_1_amd64.deb", "evil", kOlder, "testing/main");
    CHECK(release.exit_code() == 0);
    CHECK(release.text().find("not compared: tool_1_amd64.deb in testing/main") !=
          std::string::npos);
    CHECK(release.text().find("ANOTHER LOCK of this version was accepted, too: SHA-256 older\n") !=
          std::string::npos);
    CHECK(to_json(release.done())["other_locks"] == Json::array({kOlder}));
  }
}

TEST_CASE("a rebuild's words are one line for each file, whatever was published") {
  Rebuild rebuild = with({Verdict::kDifferent});
  rebuild.targets[0].record.artefacts = {{"tool", 4, sha256("tool")}};
  Comparison& forged = rebuild.targets[0].comparisons[0];
  forged.published = "mirror\n  0000  tool  equal to mirror/tool";
  forged.difference = "a\n  0000  tool  equal to mirror/tool\r\x1b[A";
  const std::string text = rebuild_text(rebuild);
  CHECK(std::count(text.begin(), text.end(), '\n') == 2);
  CHECK(text.find_first_of("\r\x1b") == std::string::npos);
  CHECK(rebuild_verdict(rebuild).error().cause.find_first_of("\r\n\x1b") == std::string::npos);
  forged.verdict = Verdict::kEqual;
  const std::string equal = rebuild_text(rebuild);
  CHECK(std::count(equal.begin(), equal.end(), '\n') == 2);
}

TEST_CASE("a rebuild's exit code says what came of the comparison") {
  CHECK(exit_code({Verdict::kEqual}) == 0);
  CHECK(exit_code({Verdict::kEqual, Verdict::kMissing}) == 0);
  CHECK(exit_code({Verdict::kEqual, Verdict::kDifferent}) == 3);
  CHECK(exit_code({Verdict::kMissing}) == 1);
  CHECK(exit_code({}, "") == 0);
}

TEST_CASE("a rebuilder's work is kept in the user's cache") {
  const char* before = std::getenv("XDG_CACHE_HOME");
  const std::string saved = before == nullptr ? "" : before;
  ::setenv("XDG_CACHE_HOME", "/tmp/cache", 1);
  CHECK(usual_rebuild_folder().value() == "/tmp/cache/hallmark");
  ::setenv("XDG_CACHE_HOME", "not/absolute", 1);
  ::setenv("HOME", "/home/somebody", 1);
  CHECK(usual_rebuild_folder().value() == "/home/somebody/.cache/hallmark");
  ::setenv("XDG_CACHE_HOME", saved.c_str(), 1);
}
