// What a release log says is done.
#include "cli/pending.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/digest.hpp"

namespace hallmark {
namespace {

const ReleaseName kName{"tool", "1.0"};
const Sha256Digest kLock = sha256("lock");
const Target kStable{"stable", "main", "amd64", "bookworm"};
const Target kTesting{"testing", "main", "amd64", "trixie"};

Json acceptance(const Target& target, const Sha256Digest& lock = kLock) {
  return {{"kind", "acceptance"}, {"product", "tool"},     {"version", "1.0"},
          {"lock", lock.hex()},   {"suite", target.suite}, {"component", target.component}};
}

bool done_after(const std::vector<Json>& leaves, const std::vector<Target>& targets = {kStable}) {
  DoneReleases done;
  for (const Json& leaf : leaves) done.add_leaf(leaf);
  return done.is_done(kName, kLock, targets);
}

TEST_CASE("pending: accepted and signed since is done") {
  const Json signed_stable = {{"kind", "release"}, {"suite", "stable"}};
  CHECK_FALSE(done_after({}));
  CHECK_FALSE(done_after({acceptance(kStable)}));
  CHECK_FALSE(done_after({signed_stable, acceptance(kStable)}));
  CHECK_FALSE(done_after({acceptance(kStable), {{"kind", "release"}, {"suite", "testing"}}}));
  CHECK_FALSE(done_after({acceptance(kStable, sha256("another")), signed_stable}));
  CHECK(done_after({acceptance(kStable), signed_stable}));
}

TEST_CASE("pending: every target counts") {
  const Json signed_stable = {{"kind", "release"}, {"suite", "stable"}};
  const Json signed_testing = {{"kind", "release"}, {"suite", "testing"}};
  const std::vector<Target> both = {kStable, kTesting};
  CHECK_FALSE(done_after({acceptance(kStable), signed_stable, signed_testing}, both));
  CHECK_FALSE(done_after({acceptance(kStable), acceptance(kTesting), signed_stable}, both));
  CHECK(
      done_after({acceptance(kStable), acceptance(kTesting), signed_stable, signed_testing}, both));
}

TEST_CASE("pending: an app is done when it is signed, a release when it was called back") {
  CHECK(done_after(
      {acceptance(kStable), {{"kind", "apk"}, {"product", "tool"}, {"version", "1.0"}}}));
  CHECK_FALSE(done_after(
      {acceptance(kStable), {{"kind", "apk"}, {"product", "tool"}, {"version", "2.0"}}}));
  CHECK(done_after({{{"kind", "withdrawal"}, {"product", "tool"}, {"version", "1.0"}}}));
}

TEST_CASE("pending: a leaf of any shape is read") {
  CHECK_FALSE(done_after({Json::object(), {{"kind", 3}}, {{"kind", "acceptance"}, {"lock", 1}}}));
}

}  // namespace
}  // namespace hallmark
