// Compressed forms from shards: what has not changed is not compressed again.
#include "publisher/repository/index_forms.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/publisher/repository_fixtures.hpp"

namespace hallmark::publisher_test {
namespace {

const IndexPlace kPlace{"stable", "main", "amd64"};

struct TestIndex {
  std::string text;
  std::vector<IndexShard> shards;
};

TestIndex index_of(const std::vector<std::string>& texts) {
  TestIndex index;
  for (const std::string& text : texts) {
    index.text += text;
    index.shards.push_back({text.size(), sha256(text)});
  }
  return index;
}

struct Forms {
  std::string gz;
  std::string xz;
};

Forms forms_of(TestRepository& test, const TestIndex& index) {
  Forms forms;
  const auto to = [](std::string& form) {
    return [&form](std::string_view bytes) {
      form += bytes;
      return ok_status();
    };
  };
  REQUIRE(write_index_forms(test.repository().state, kPlace, {index.text, index.shards},
                            {to(forms.gz), to(forms.xz)})
              .ok());
  return forms;
}

std::string unpacked(const std::string& program, const std::string& form) {
  return test::run_tool(program, {"-dc"}, form);
}

TEST_CASE("forms: they unpack to the index, an empty one too") {
  for (const auto& texts : {std::vector<std::string>{""}, {"a\n\n"}, {"a\n\n", "b\n\n", "c\n\n"}}) {
    TestRepository test;
    const TestIndex index = index_of(texts);
    const Forms forms = forms_of(test, index);
    CHECK(unpacked("/usr/bin/gzip", forms.gz) == index.text);
    CHECK(unpacked("/usr/bin/xz", forms.xz) == index.text);
  }
}

TEST_CASE("forms: more shards than are held at once") {
  std::vector<std::string> texts;
  for (int i = 0; i < 200; ++i) texts.push_back("stanza " + std::to_string(i) + "\n\n");
  TestRepository test;
  const TestIndex index = index_of(texts);
  const Forms forms = forms_of(test, index);
  CHECK(unpacked("/usr/bin/gzip", forms.gz) == index.text);
  CHECK(unpacked("/usr/bin/xz", forms.xz) == index.text);
}

TEST_CASE("forms: shards that are known are taken from the state, the others forgotten") {
  TestRepository test;
  RepositoryState& state = test.repository().state;
  const TestIndex before = index_of({"a\n\n", "b\n\n", "c\n\n"});
  static_cast<void>(forms_of(test, before));
  // Something that compressing would never give shows where a shard comes from.
  REQUIRE(state.add_shard(kPlace, before.shards[0].sha256, {"kept", "kept in xz", 8}).ok());
  const TestIndex after = index_of({"a\n\n", "new\n\n", "c\n\n"});
  CHECK(forms_of(test, after).gz.starts_with("kept\x1f\x8b"));
  const auto gone = state.shard(kPlace, before.shards[1].sha256);
  REQUIRE(gone.ok());
  CHECK_FALSE(gone->has_value());
  const auto elsewhere = state.shard({"stable", "main", "arm64"}, after.shards[0].sha256);
  REQUIRE(elsewhere.ok());
  CHECK_FALSE(elsewhere->has_value());
}

TEST_CASE("forms: what was kept gives the bytes that compressing gives") {
  TestRepository kept;
  static_cast<void>(forms_of(kept, index_of({"a\n\n", "b\n\n"})));
  const TestIndex index = index_of({"a\n\n", "between\n\n", "b\n\n"});
  TestRepository fresh;
  const Forms one = forms_of(kept, index);
  const Forms other = forms_of(fresh, index);
  CHECK(one.gz == other.gz);
  CHECK(one.xz == other.xz);
}

}  // namespace
}  // namespace hallmark::publisher_test
