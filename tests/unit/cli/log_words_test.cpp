// Lines of the release log in words, and the filters.
#include "cli/log_words.hpp"

#include <catch2/catch_test_macros.hpp>

namespace hallmark {
namespace {

const Json kRelease = {{"sequence", 7},     {"time", "2026-11-21T10:00:00Z"},
                       {"kind", "release"}, {"name", "dists/stable/InRelease"},
                       {"sha256", "aa"},    {"keys", {"ABCD"}}};
const Json kRefusal = {
    {"sequence", 8},     {"time", "2026-11-22T10:00:00Z"}, {"kind", "refusal"},
    {"name", "suite x"}, {"request", "sign-apt-release"},  {"cause", "is not in the policy"}};

TEST_CASE("log words: what was signed, and what was refused") {
  CHECK(log_words(kRelease) ==
        "7  2026-11-21T10:00:00Z  release  dists/stable/InRelease: signed by ABCD; sha256 aa");
  CHECK(
      log_words(kRefusal) ==
      "8  2026-11-22T10:00:00Z  refusal  suite x: refused sign-apt-release: is not in the policy");
}

TEST_CASE("log words: what people approved of") {
  const auto words_of = [](Json leaf) {
    leaf.update({{"sequence", 9}, {"time", "T"}, {"approvers", {"alice", "bob"}}});
    return log_words(leaf);
  };
  CHECK(
      words_of({{"kind", "promotion"},
                {"name", "a.deb"},
                {"product", "tool"},
                {"version", "1.0"},
                {"from", "next"},
                {"suite", "stable"}}) ==
      "9  T  promotion  a.deb: of tool 1.0, promoted from next to stable, approved by alice, bob");
  CHECK(words_of({{"kind", "withdrawal"},
                  {"name", "a.deb"},
                  {"product", "tool"},
                  {"version", "1.0"},
                  {"suite", "stable"}}) ==
        "9  T  withdrawal  a.deb: of tool 1.0, called back from stable, approved by alice, bob");
  CHECK(words_of({{"kind", "rollout"},
                  {"name", "tool"},
                  {"product", "tool"},
                  {"version", "1.0"},
                  {"suite", "stable"},
                  {"from", 10},
                  {"to", 20},
                  {"share", 5}}) ==
        "9  T  rollout  tool: 5% of the machines take tool 1.0 from stable (asked for: 20%), "
        "approved by alice, bob");
  CHECK(words_of({{"kind", "lower-version"},
                  {"name", "a"},
                  {"suite", "stable"},
                  {"version_now", "2"},
                  {"version_wanted", "1"},
                  {"reason", "why"}}) ==
        "9  T  lower-version  a: may come into stable once as 1, below 2 (why), approved by alice, "
        "bob");
  CHECK(
      words_of({{"kind", "lower-evidence"},
                {"name", "tool"},
                {"suites", {"next", "stable"}},
                {"evidence", "built"},
                {"until", "T2"}}) ==
      "9  T  lower-evidence  tool: 'built' is enough in next, stable until T2, approved by alice, "
      "bob");
  CHECK(words_of({{"kind", "dissent"},
                  {"name", "north"},
                  {"product", "tool"},
                  {"version", "1.0"},
                  {"reason", "why"}}) ==
        "9  T  dissent  north: overruled about tool 1.0 (why), approved by alice, bob");
  CHECK(words_of({{"kind", "attestation"},
                  {"name", "north"},
                  {"product", "tool"},
                  {"version", "1.0"},
                  {"suite", "stable"},
                  {"component", "main"},
                  {"architecture", "arm64"}}) ==
        "9  T  attestation  north: has rebuilt tool 1.0 for stable/main arm64");
}

TEST_CASE("log words: a leaf of any shape has words") {
  CHECK_FALSE(log_words(Json::object()).empty());
  CHECK_FALSE(log_words({{"kind", 3}, {"keys", "x"}, {"approvers", {1}}}).empty());
}

TEST_CASE("log filter: by kind, key and time") {
  CHECK(wanted(kRelease, {}));
  CHECK(wanted(kRelease, {"release", "abcd", "2026-11-21"}));
  CHECK_FALSE(wanted(kRelease, {"refusal", "", ""}));
  CHECK_FALSE(wanted(kRelease, {"", "abce", ""}));
  CHECK_FALSE(wanted(kRefusal, {"", "abcd", ""}));
  CHECK_FALSE(wanted(kRelease, {"", "", "2026-11-21T10:00:01Z"}));
  CHECK(wanted(kRefusal, {"", "", "2026-11-21T10:00:01Z"}));
}

}  // namespace
}  // namespace hallmark
