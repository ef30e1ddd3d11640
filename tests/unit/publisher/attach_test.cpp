// A Release belongs to the indices that were composed, or it is not taken.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/publisher/repository_fixtures.hpp"
#include "verify/clearsigned_text.hpp"

namespace hallmark::publisher_test {
namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST_CASE("attach: a Release of the composed indices is stored, InRelease with it") {
  TestRepository test;
  REQUIRE(test.include({{}}).ok());
  const Release release = test.release_of(test.compose());
  REQUIRE(attach_release(test.repository(), release).ok());
  CHECK(test.read("dists/stable/Release") == release.release);
  CHECK(test.read("dists/stable/Release.gpg") == release.release_gpg);
  CHECK(test.read("dists/stable/InRelease") == release.inrelease);
}

TEST_CASE("attach: a Release that does not fit is refused, and the old one stays") {
  TestRepository test;
  test.include_compose_attach({{}});
  const std::string before = test.read("dists/stable/InRelease");
  REQUIRE(test.include({{"other", "1", "amd64", "x"}}).ok());
  const ComposedSuite composed = test.compose();
  const Release good = test.release_of(composed);
  const std::string first_digest = composed.indices.front().sha256.hex();
  const auto with_text = [](const std::string& text) {
    return TestRepository::signed_release("stable", text);
  };
  std::vector<std::pair<std::string, Release>> forgeries = {
      {"another digest", with_text(replaced(good.release, first_digest, std::string(64, 'a')))},
      {"an index left out", with_text(good.release.substr(0, good.release.rfind("\n ") + 1))},
      {"an index too many",
       with_text(good.release + " " + first_digest + " 0 main/binary-amd64/Other\n")},
      {"an index twice",
       with_text(good.release + good.release.substr(good.release.rfind("\n ") + 1))},
      {"another suite", with_text(replaced(good.release, "Suite: stable", "Suite: testing"))},
      {"a malformed line", with_text(good.release + " " + first_digest + " 12x main/X\n")},
      {"no SHA256 field", with_text("Origin: test\nSuite: stable\n")},
      {"InRelease of another text", good},
      {"a Release.gpg that is none", good},
  };
  forgeries[7].second.inrelease = replaced(good.inrelease, "Origin: test", "Origin: tesT");
  forgeries[8].second.release_gpg = "nothing";
  for (const auto& [what, release] : forgeries) {
    INFO(what);
    const Status refused = attach_release(test.repository(), release);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().kind == ErrorKind::kVerification);
    CHECK(test.read("dists/stable/InRelease") == before);
  }
  CHECK(attach_release(test.repository(), good).ok());
}

TEST_CASE("attach: a heartbeat for the standing indices, after a later compose") {
  TestRepository test;
  REQUIRE(test.include({{}}).ok());
  const ComposedSuite first = test.compose();
  REQUIRE(attach_release(test.repository(), test.release_of(first)).ok());
  REQUIRE(test.include({{"other", "1", "amd64", "x"}}).ok());
  test.compose();
  Release heartbeat = test.release_of(first);
  heartbeat = TestRepository::signed_release(
      "stable", replaced(heartbeat.release, "Suite: stable", "Suite: stable\nLabel: later"));
  REQUIRE(attach_release(test.repository(), heartbeat).ok());
  const auto releases = test.repository().state.releases();
  REQUIRE(releases.ok());
  CHECK(releases->front().release == heartbeat.release);
  const auto indices = test.repository().state.release_indices("stable");
  REQUIRE(indices.ok());
  CHECK(*indices == first.indices);
  const auto pool = test.repository().state.released_pool_files();
  REQUIRE(pool.ok());
  CHECK(pool->size() == 1);
}

TEST_CASE("attach: a suite that was never composed") {
  TestRepository test;
  const Status refused = attach_release(
      test.repository(), TestRepository::signed_release("stable", "Suite: stable\n"));
  REQUIRE_FALSE(refused.ok());
}

TEST_CASE("clearsigned: dash escapes are undone, anything around the message is refused") {
  const std::string signature =
      "-----BEGIN PGP SIGNATURE-----\n\nAA\n-----END PGP SIGNATURE-----\n";
  const std::string start = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n";
  const auto text = clearsigned_text(start + "a\n- -b\n\nc \n" + signature, "x");
  REQUIRE(text.ok());
  CHECK(*text == "a\n-b\n\nc \n");
  for (const std::string& malformed :
       {std::string(), start, start + "a\n", "x\n" + start + "a\n" + signature,
        start + "a\n" + signature + "x\n", start + "-a\n" + signature,
        start + "a\n-----BEGIN PGP SIGNATURE-----\n",
        "-----BEGIN PGP SIGNED MESSAGE-----\nComment: x\n\na\n" + signature,
        start + start + "a\n" + signature}) {
    INFO(malformed);
    CHECK_FALSE(clearsigned_text(malformed, "x").ok());
  }
}

}  // namespace
}  // namespace hallmark::publisher_test
