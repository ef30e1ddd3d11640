// What hosts serve of other terminals, as the command sorts it before the signer judges it.
#include <catch2/catch_test_macros.hpp>

#include "cli/served_releases.hpp"
#include "cli/sibling_adopt.hpp"
#include "cli/sibling_logs.hpp"
#include "cli/sibling_repository.hpp"
#include "tests/unit/verify/log_fixtures.hpp"

namespace hallmark {
namespace {

TEST_CASE("siblings: the other terminals that the policy names") {
  Policy policy;
  CHECK(sibling_names(policy, "t1").empty());
  policy.log_keys = {{"t1", "a"}, {"t2", "b"}, {"t3", "c"}};
  CHECK(sibling_names(policy, "t2") == std::vector<std::string>{"t1", "t3"});
}

TEST_CASE("siblings: the largest log first; what is not of the log is told and left out") {
  const log_test::LogSigner signer;
  const log_test::LogSigner other;
  const auto note = [](const log_test::LogSigner& by, std::size_t size) {
    return by.checkpoint(log_test::tree_of(log_test::numbered_entries(size)));
  };
  const auto served = [](const std::string& address, const Json& more) {
    Json out = {{"address", address}, {"url", address + "/log/t1/checkpoint"}};
    out.update(more);
    return out;
  };
  const Json addresses = {served("http://old", {{"checkpoint", note(signer, 3)}}),
                          served("http://new", {{"checkpoint", note(signer, 7)}}),
                          served("http://forged", {{"checkpoint", note(other, 9)}}),
                          served("http://portal", {{"checkpoint", "<html>"}}),
                          served("http://down", {{"problem", "no route"}}),
                          served("http://none", Json::object())};
  std::vector<std::string> troubles;
  const std::vector<ServedLog> logs = served_logs(addresses, signer.note_key(), troubles);
  REQUIRE(logs.size() == 2);
  CHECK(logs[0].address == "http://new");
  CHECK(logs[0].size == 7);
  CHECK(logs[1].size == 3);
  CHECK(troubles.size() == 3);
}

TEST_CASE("siblings: what was adopted, in words") {
  const Json people = {"alice", "bob"};
  CHECK(sibling_work_in_words({{"terminal", "t1"},
                               {"kind", "acceptance"},
                               {"product", "figlet"},
                               {"version", "2.2.5-3"},
                               {"suite", "stable"},
                               {"approvers", people}}) ==
        "t1: figlet 2.2.5-3 for stable (approved by alice, bob)");
  CHECK(sibling_work_in_words({{"terminal", "t1"}, {"kind", "policy"}, {"approvers", {1}}}) ==
        "t1: a change of the policy (approved by ?)");
  CHECK(sibling_work_in_words({{"terminal", "t1"},
                               {"kind", "promotion"},
                               {"product", "figlet"},
                               {"version", "1"},
                               {"from", "candidates"},
                               {"suite", "stable"}}) == "t1: figlet 1 from candidates to stable");
}

SuitePackage package(const std::string& version, const std::string& sha256,
                     const std::string& path = "pool/p") {
  return {"stable", "main", "p", version, "all", sha256, path, 1, {}};
}

TEST_CASE("siblings: one file of two suites is fetched by two requests") {
  const Json a = {{"path", "pool/main/a/a_1_all.deb"}};
  const Json b = {{"path", "pool/main/b/b_1_all.deb"}};
  const Json files = {a, b, a, b};
  CHECK(served_files_at_once(files, 0) == Json({a, b}));
  CHECK(served_files_at_once(files, 2) == Json({a, b}));
  CHECK(served_files_at_once(files, 3) == Json::array({b}));
  Json many = Json::array();
  for (int i = 0; i < 120; ++i) many.push_back({{"path", "pool/" + std::to_string(i)}});
  CHECK(served_files_at_once(many, 0).size() == 50);
  CHECK(served_files_at_once(many, 100).size() == 20);
}

TEST_CASE("siblings: what the repository lacks, lower versions first, and what it has too many") {
  const std::vector<SuitePackage> accepted = {package("1.10", "a"), package("1.9", "b"),
                                              package("1.8", "c"), package("1.7", "d", ""),
                                              package("1.6", "e", "")};
  std::vector<SuitePackage> present = {package("1.8", "c"), package("1.7", "d"),
                                       package("5", "not accepted")};
  const RepositoryPlan plan = plan_repository(accepted, present);
  REQUIRE(plan.missing.size() == 2);
  CHECK(plan.missing[0].version == "1.9");
  CHECK(plan.missing[1].version == "1.10");
  REQUIRE(plan.withdrawn.size() == 1);
  CHECK(plan.withdrawn[0].sha256 == "d");

  present.front().suite = "candidates";  // the same bytes in another suite
  CHECK(plan_repository(accepted, present).missing.size() == 3);
}

TEST_CASE("siblings: served Releases of the suite, each once; a portal's page is none") {
  const std::string release = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nSuite: stable\n";
  const auto served = [](const std::string& text) {
    return Json{{"url", "http://h/dists/stable/InRelease"}, {"inrelease", text}};
  };
  const Json releases = {served(release),
                         served(release),
                         served("<html>"),
                         served(release + std::string(262144, 'x')),
                         Json{{"url", "http://down"}, {"problem", "no route"}},
                         Json{{"url", "http://none"}}};
  std::vector<std::string> troubles;
  CHECK(releases_of_suite(releases, "stable", troubles) == std::vector<std::string>{release});
  CHECK(troubles.size() == 3);
  CHECK(releases_of_suite(Json{served(release)}, "other", troubles).empty());
}

}  // namespace
}  // namespace hallmark
