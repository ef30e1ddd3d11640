// What compose leaves out of a release.
#include "cli/accepted_release.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/digest.hpp"

namespace hallmark {
namespace {

TEST_CASE("accepted release: a package that was called back with another release") {
  const Target stable{"stable", "main", "amd64", "e"};
  const Target testing{"testing", "main", "amd64", "e"};
  const std::vector<AcceptedBuild> builds = {
      {stable,
       {},
       false,
       {{"a.deb", sha256("a"), "", "deb"}, {"b.deb", sha256("b"), "pool/b.deb", "deb"}}},
      {testing, {}, false, {{"a.deb", sha256("a"), "pool/a.deb", "deb"}}}};
  CHECK(is_called_back(builds, stable, sha256("a")));
  CHECK_FALSE(is_called_back(builds, stable, sha256("b")));
  CHECK_FALSE(is_called_back(builds, testing, sha256("a")));
  // What was never accepted is left for the signer to refuse.
  CHECK_FALSE(is_called_back(builds, stable, sha256("c")));
}

}  // namespace
}  // namespace hallmark
