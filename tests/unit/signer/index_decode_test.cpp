// A compressed index has one reading, which is the plain one: whoever decodes it, and however.
#include <catch2/catch_test_macros.hpp>

#include "core/bytes.hpp"
#include "signer/index_check.hpp"
#include "tests/unit/tools.hpp"

using namespace hallmark;
using hallmark::test::run_tool;
using hallmark::test::TestFolder;

namespace {

constexpr const char* kA = "Package: a\n\n";
constexpr const char* kB = "Package: b\n\n";

std::string xz(std::string_view text) { return run_tool("/usr/bin/xz", {"-c"}, text); }
std::string gzip(std::string_view text) { return run_tool("/usr/bin/gzip", {"-nc"}, text); }

bool accepted(const std::string& name, const std::string& form, const std::string& plain) {
  return check_compressed_form(as_bytes(form), {plain, {}}, {}, name).ok();
}

// An index of three shards, each form made of a part for each shard, and what is known of them.
struct Sharded {
  std::vector<std::string> texts = {"Package: a\n\nPackage: b\n\n", "Package: c\n\n",
                                    "Package: d\n\nPackage: e\n\n"};
  std::string plain;
  std::vector<IndexShard> shards;
  std::string gz;

  Sharded() {
    for (const std::string& text : texts) {
      plain += text;
      shards.push_back({text.size(), sha256(text)});
      gz += gzip(text);
    }
  }

  // The blocks end where the shards do.
  std::string xz() const {
    std::string sizes;
    for (const std::string& text : texts) {
      sizes += (sizes.empty() ? "" : ",") + std::to_string(text.size());
    }
    return run_tool("/usr/bin/xz", {"-c", "--block-list=" + sizes}, plain);
  }
  Result<std::vector<KnownForm>> check(const std::string& name, const std::string& form,
                                       std::span<const KnownForm> known) const {
    return check_compressed_form(as_bytes(form), {plain, shards}, known, name);
  }
};

}  // namespace

TEST_CASE("whole forms of the plain index are accepted, an empty one too") {
  std::string large;
  for (int i = 0; i < 30'000; ++i) large += "Package: p" + std::to_string(i) + "\n\n";
  for (const std::string& plain : {std::string(), std::string(kA), large}) {
    CHECK(accepted("Packages.xz", xz(plain), plain));
    CHECK(accepted("Packages.gz", gzip(plain), plain));
  }
}

TEST_CASE("gzip members are read one after another, as apt does") {
  CHECK(accepted("Packages.gz", gzip(kA) + gzip(kB), std::string(kA) + kB));
}

TEST_CASE("two xz streams are refused: apt would see the first alone") {
  CHECK_FALSE(accepted("Packages.xz", xz(kA) + xz(kB), std::string(kA) + kB));
  CHECK_FALSE(accepted("Packages.xz", xz("") + xz(kA), kA));
  CHECK_FALSE(accepted("Packages.xz", xz(kA) + xz(""), kA));
}

TEST_CASE("anything behind the end is refused") {
  for (const std::string& more :
       {std::string("x"), std::string(4, '\0'), std::string("\x1f\x8b\x08\xe0", 4)}) {
    CHECK_FALSE(accepted("Packages.xz", xz(kA) + more, kA));
    CHECK_FALSE(accepted("Packages.gz", gzip(kA) + more, kA));
  }
}

TEST_CASE("a cut form, another form, a wrong check sum and no form at all are refused") {
  for (const bool is_xz : {true, false}) {
    const std::string name = is_xz ? "Packages.xz" : "Packages.gz";
    const std::string form = is_xz ? xz(kA) : gzip(kA);
    for (std::size_t size = 0; size < form.size(); ++size) {
      INFO(name << " cut to " << size);
      CHECK_FALSE(accepted(name, form.substr(0, size), kA));
    }
    CHECK_FALSE(accepted(name, is_xz ? gzip(kA) : xz(kA), kA));
    CHECK_FALSE(accepted(name, kA, kA));
    CHECK_FALSE(accepted(name, "", ""));
    CHECK_FALSE(accepted(name, form, kB));
    CHECK_FALSE(accepted(name, form, std::string(kA) + kB));
  }
  std::string wrong_sum = gzip(kA);
  wrong_sum[wrong_sum.size() - 8] = static_cast<char>(wrong_sum[wrong_sum.size() - 8] ^ 1);
  CHECK_FALSE(accepted("Packages.gz", wrong_sum, kA));
}

TEST_CASE("xz blocks with other filters than LZMA2 alone are refused by name") {
  const auto refusal = [](const std::vector<std::string>& filters) {
    std::vector<std::string> options = {"-c"};
    options.insert(options.end(), filters.begin(), filters.end());
    const std::string form = run_tool("/usr/bin/xz", options, kA);
    const auto checked = check_compressed_form(as_bytes(form), {kA, {}}, {}, "Packages.xz");
    return checked.ok() ? "" : checked.error().message();
  };
  CHECK(refusal({"--lzma2=dict=1MiB"}).empty());
  for (const char* filter : {"--x86", "--arm", "--delta=dist=4"}) {
    INFO(filter);
    CHECK(refusal({filter, "--lzma2"}) ==
          "Packages.xz: has a block with other filters than LZMA2 alone");
  }
}

TEST_CASE("what was decoded once is known, and known again") {
  const Sharded index;
  for (const auto& [name, form] :
       {std::pair{"Packages.gz", index.gz}, {"Packages.xz", index.xz()}}) {
    INFO(name);
    const auto first = index.check(name, form, {});
    REQUIRE(first.ok());
    REQUIRE(first->size() == 3);
    for (std::size_t i = 0; i < 3; ++i) CHECK(first->at(i).shard == index.shards[i].sha256);
    const auto again = index.check(name, form, *first);
    REQUIRE(again.ok());
    CHECK(*again == *first);
  }
}

TEST_CASE("known bytes are not decoded, unknown ones are") {
  const Sharded index;
  const auto learnt = index.check("Packages.gz", index.gz, {});
  REQUIRE(learnt.ok());
  // Bytes that decode to nothing, which the signer believes to have decoded: it does not look.
  std::string forged = index.gz;
  const std::size_t middle = learnt->at(0).size;
  forged[middle] = 'x';
  CHECK_FALSE(index.check("Packages.gz", forged, *learnt).ok());
  std::vector<KnownForm> believed = *learnt;
  believed[1].sha256 = sha256(std::string_view(forged).substr(middle, believed[1].size));
  CHECK(index.check("Packages.gz", forged, believed).ok());
}

TEST_CASE("one changed byte anywhere in a form whose shards are known is refused") {
  const Sharded index;
  for (const auto& [name, form] :
       {std::pair{"Packages.gz", index.gz}, {"Packages.xz", index.xz()}}) {
    const auto known = index.check(name, form, {});
    REQUIRE(known.ok());
    for (std::size_t i = 0; i < form.size(); ++i) {
      std::string changed = form;
      changed[i] = static_cast<char>(changed[i] ^ 1);
      const bool plain_accepts = index.check(name, changed, {}).ok();
      INFO(name << " byte " << i);
      CHECK(index.check(name, changed, *known).ok() == plain_accepts);
      // A gzip header has bytes that say nothing: time, extra flags, system.
      if (std::string_view(name).ends_with("xz")) CHECK_FALSE(plain_accepts);
    }
    for (std::size_t size = 0; size < form.size(); ++size) {
      CHECK_FALSE(index.check(name, form.substr(0, size), *known).ok());
    }
    CHECK_FALSE(index.check(name, form + form, *known).ok());
  }
}

TEST_CASE("known shards in another order, left out or twice are refused") {
  const Sharded index;
  const auto known = index.check("Packages.gz", index.gz, {});
  REQUIRE(known.ok());
  std::vector<std::string> members;
  for (const std::string& text : index.texts) members.push_back(gzip(text));
  CHECK(index.check("Packages.gz", members[0] + members[1] + members[2], *known).ok());
  CHECK_FALSE(index.check("Packages.gz", members[1] + members[0] + members[2], *known).ok());
  CHECK_FALSE(index.check("Packages.gz", members[0] + members[2], *known).ok());
  CHECK_FALSE(
      index.check("Packages.gz", members[0] + members[0] + members[1] + members[2], *known).ok());
}

TEST_CASE("parts that decode to nothing are refused, but the one of an index of nothing") {
  CHECK(accepted("Packages.gz", gzip(""), ""));
  CHECK_FALSE(accepted("Packages.gz", gzip("") + gzip(""), ""));
  CHECK_FALSE(accepted("Packages.gz", gzip("") + gzip(kA), kA));
  CHECK_FALSE(accepted("Packages.gz", gzip(kA) + gzip(""), kA));
}

TEST_CASE("parts that are no shards are accepted, and nothing is learnt of them") {
  const Sharded index;
  const auto one_member = index.check("Packages.gz", gzip(index.plain), {});
  REQUIRE(one_member.ok());
  CHECK(one_member->empty());
  const auto last_alone =
      index.check("Packages.gz", gzip(index.texts[0] + index.texts[1]) + gzip(index.texts[2]), {});
  REQUIRE(last_alone.ok());
  REQUIRE(last_alone->size() == 1);
  CHECK(last_alone->at(0).shard == index.shards[2].sha256);
}
