#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <string>

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

TEST_CASE("links in a folder of published files are not followed") {
  const TestFolder folder;
  const std::string elsewhere = folder.write("elsewhere", "tool");
  std::filesystem::create_directory(folder.path("mirror"));
  std::filesystem::create_symlink(elsewhere, folder.path("mirror/tool_1_amd64.deb"));
  CHECK(compared(folder.path("mirror")).verdict == Verdict::kMissing);
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
