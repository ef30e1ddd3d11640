#include "cli/tree_diff.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace hallmark;

namespace {

ForeignPackage stanza_of(const std::string& name, const std::string& version,
                         const std::vector<std::pair<std::string, std::string>>& more = {}) {
  ForeignPackage out;
  out.entry.name = name;
  out.entry.version = version;
  out.entry.architecture = "amd64";
  out.component = "main";
  out.stanza.fields = {{"Package", name}, {"Version", version}};
  out.stanza.fields.insert(out.stanza.fields.end(), more.begin(), more.end());
  return out;
}

ForeignSuite tree_of(const std::vector<ForeignPackage>& packages,
                     const std::map<std::string, std::string>& fields = {}) {
  ForeignSuite out;
  out.packages = packages;
  out.release.fields = fields;
  return out;
}

}  // namespace

TEST_CASE("two trees that hold the same differ in nothing") {
  const ForeignSuite one = tree_of({stanza_of("a", "1.0", {{"Depends", "b"}})}, {{"Origin", "X"}});
  const Json difference = diff_trees(one, one);
  CHECK(tree_diff_words(difference).empty());
  CHECK(difference["other_fields"].empty());
}

TEST_CASE("what only one tree has, and other versions, are told apart") {
  const Json difference = diff_trees(tree_of({stanza_of("a", "1.0"), stanza_of("b", "2.0")}),
                                     tree_of({stanza_of("b", "2.1"), stanza_of("c", "3.0")}));
  CHECK(tree_diff_words(difference) == "- a amd64 1.0\n+ c amd64 3.0\n! b amd64 2.0 -> 2.1\n");
}

TEST_CASE("a field that differs, is gone or is new is named, and its case is not") {
  const ForeignSuite there =
      tree_of({stanza_of("a", "1.0", {{"Depends", "b"}, {"SHA256", "x"}, {"MD5sum", "1"}})});
  const ForeignSuite here = tree_of(
      {stanza_of("a", "1.0", {{"depends", "c"}, {"Priority", "extra"}, {"Filename", "pool/a"}})});
  CHECK(tree_diff_words(diff_trees(there, here)) ==
        "~ a amd64 1.0: Depends: 'b' there, 'c' here\n"
        "~ a amd64 1.0: Priority: none there, 'extra' here\n"
        "~ a amd64 1.0: SHA256: 'x' there, none here\n");
}

TEST_CASE("another component is a difference") {
  ForeignPackage moved = stanza_of("a", "1.0");
  moved.component = "contrib";
  CHECK(tree_diff_words(diff_trees(tree_of({stanza_of("a", "1.0")}), tree_of({moved}))) ==
        "~ a amd64 1.0: Component: 'main' there, 'contrib' here\n");
}

TEST_CASE("of two Releases the fields are compared, and not their times") {
  const ForeignSuite there =
      tree_of({}, {{"Origin", "Old"}, {"Date", "Thu"}, {"NotAutomatic", "yes"}});
  const ForeignSuite here = tree_of({}, {{"Origin", "New"}, {"Date", "Fri"}});
  CHECK(tree_diff_words(diff_trees(there, here)) ==
        "~ Release: NotAutomatic: 'yes' there, none here\n"
        "~ Release: Origin: 'Old' there, 'New' here\n");
}
