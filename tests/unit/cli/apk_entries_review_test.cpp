// What a reviewer is told of the files inside an app.
#include "cli/review/apk_entries_review.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/verify/apk_fixtures.hpp"

namespace hallmark {
namespace {

using namespace apk_test;

Buffer bytes(std::string_view text) { return {text.begin(), text.end()}; }

std::string told(const std::vector<TestEntry>& before, const std::vector<TestEntry>& after) {
  const UniqueFd old_fd = memory_file(write_zip(before).file());
  const UniqueFd new_fd = memory_file(write_zip(after).file());
  const auto old_apk = open_apk(old_fd.get(), "old");
  const auto new_apk = open_apk(new_fd.get(), "new");
  REQUIRE((old_apk.ok() && new_apk.ok()));
  std::vector<Change> changes;
  REQUIRE(compare_apk_entries(*old_apk, *new_apk, changes).ok());
  std::string out;
  for (const Change& change : changes) out += change.words + "\n";
  return out;
}

TEST_CASE("review: code of an app that is replaced by as many bytes") {
  const std::vector<TestEntry> before = {stored("classes.dex", bytes("good")),
                                         deflated("lib/x86_64/a.so", bytes("good")),
                                         stored("res/a.xml", bytes("same"))};
  const std::vector<TestEntry> after = {stored("classes.dex", bytes("evil")),
                                        deflated("lib/x86_64/a.so", bytes("evil")),
                                        stored("res/a.xml", bytes("same"))};
  CHECK(told(before, after) == "code entries with other contents: classes.dex, lib/x86_64/a.so\n");
  CHECK(told(before, before).empty());
}

TEST_CASE("review: entries of an app that come, go and are packed otherwise") {
  const Buffer text = bytes("the same contents");
  CHECK(
      told({stored("a", text), stored("b", text)}, {deflated("a", text), stored("c.dex", text)}) ==
      "code entries that come: c.dex\nentries that go: b\n");
}

}  // namespace
}  // namespace hallmark
