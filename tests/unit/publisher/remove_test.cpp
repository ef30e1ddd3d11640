// Taking packages out: the next index lacks them, and nothing that is served loses its bytes.
#include "core/digest.hpp"
#include "publisher/transfer/publish_plan.hpp"
#include "tests/unit/publisher/repository_fixtures.hpp"

namespace hallmark::publisher_test {
namespace {

constexpr const char* kIndex = "dists/stable/main/binary-amd64/Packages";
const TestDeb kGood{"good", "1", "amd64", "x"};
const TestDeb kIntruder{"intruder", "1", "all", "x"};

Result<std::size_t> remove(TestRepository& test, const PackageName& name) {
  return remove_packages(test.repository(), std::vector<PackageName>{name});
}

TEST_CASE("remove: several at once, some of which are not there") {
  TestRepository test;
  REQUIRE(test.include({kGood, kIntruder}).ok());
  const std::vector<PackageName> names = {{"stable", "good", "1", ""},
                                          {"stable", "good", "2", ""},
                                          {"testing", "intruder", "1", ""},
                                          {"stable", "intruder", "1", "all"}};
  const auto removed = remove_packages(test.repository(), names);
  REQUIRE(removed.ok());
  CHECK(*removed == 2);
  CHECK_FALSE(test.is_there("pool/main/i/intruder/intruder_1_all.deb"));
  test.compose();
  CHECK(test.read(kIndex).empty());
}

TEST_CASE("remove: a package that was never accepted leaves no trace") {
  TestRepository test;
  test.include_compose_attach({kGood});
  const std::string before = test.read(kIndex);
  REQUIRE(test.include({kIntruder}).ok());
  test.compose();
  REQUIRE(test.is_there("pool/main/i/intruder/intruder_1_all.deb"));
  const auto removed = remove(test, {"stable", "intruder", "1", ""});
  REQUIRE((removed.ok() && *removed == 1));
  CHECK_FALSE(test.is_there("pool/main/i/intruder/intruder_1_all.deb"));
  test.compose();
  CHECK(test.read(kIndex) == before);
  // Other bytes may come under its name.
  CHECK(test.include({{"intruder", "1", "all", "y"}}).ok());
  CHECK(make_publish_plan(test.repository()).ok());
}

TEST_CASE("remove: what is not there, in that suite or architecture") {
  TestRepository test;
  REQUIRE(test.include({kIntruder}).ok());
  for (const PackageName& name : {PackageName{"stable", "intruder", "2", ""},
                                  {"stable", "intruder", "1", "amd64"},
                                  {"stable", "other", "1", ""},
                                  {"stable", "", "", ""}}) {
    CHECK(*remove(test, name) == 0);
  }
  CHECK(*remove(test, {"testing", "intruder", "1", ""}) == 0);
  test.compose();
  CHECK(test.read(kIndex).find("intruder") != std::string::npos);
}

TEST_CASE("remove: another suite, and a host, keep the bytes") {
  TestRepository test;
  const std::string path = "pool/main/g/good/good_1_amd64.deb";
  REQUIRE(test.include({kGood}).ok());
  SECTION("another suite") { REQUIRE(test.include({kGood}, {"testing", "main"}).ok()); }
  SECTION("a host") {
    const auto file = test.repository().state.pool_file(path);
    REQUIRE((file.ok() && file->has_value()));
    REQUIRE(test.repository().state.set_host_file("h1", **file).ok());
  }
  CHECK(*remove(test, {"stable", "good", "1", ""}) == 1);
  CHECK(test.is_there(path));
  CHECK_FALSE(test.include({{"good", "1", "amd64", "other bytes"}}).ok());
  CHECK(test.include({kGood}).ok());
}

TEST_CASE("retire: what newer versions took the place of leaves, and does not come back") {
  TestRepository test;
  const TestDeb old{"good", "0", "amd64", "x"};
  REQUIRE(test.include({old, kIntruder}).ok());
  REQUIRE(test.include({old}, {"stable", "contrib"}).ok());
  REQUIRE(test.include({old}, {"testing", "main"}).ok());
  REQUIRE(test.include({kGood}).ok());
  CHECK(*test.repository().state.last_retired() == 0);
  const LeavingPackage left{
      7, false, {"stable", "good", "0", "amd64", "main"}, sha256(deb_bytes(old))};
  const LeavingPackage never_here{
      8, false, {"stable", "other", "0", "all", "main"}, sha256("other")};
  CHECK(*retire_packages(test.repository(), std::vector{left, never_here}) == 1);
  test.reopen();
  CHECK(*test.repository().state.last_retired() == 8);
  const auto again = test.include({old, kIntruder});
  REQUIRE(again.ok());
  CHECK(again->unchanged == 2);
  CHECK(again->added.empty());
  CHECK(*retire_packages(test.repository(), std::vector{left}) == 0);
  test.compose();
  CHECK(test.read(kIndex).find("Version: 0\n") == std::string::npos);
  CHECK(test.read(kIndex).find("Version: 1\n") != std::string::npos);
  CHECK(test.read("dists/stable/contrib/binary-amd64/Packages").find("Version: 0\n") !=
        std::string::npos);
  test.compose("testing");
  CHECK(test.read("dists/testing/main/binary-amd64/Packages").find("Version: 0\n") !=
        std::string::npos);
}

TEST_CASE("retire: what returned is taken again, until it leaves once more") {
  TestRepository test;
  const LeavingPackage left{
      7, false, {"stable", "good", "1", "amd64", "main"}, sha256(deb_bytes(kGood))};
  LeavingPackage again = left;
  REQUIRE(retire_packages(test.repository(), std::vector{left}).ok());
  again.number = 8;
  again.returned = true;
  REQUIRE(retire_packages(test.repository(), std::vector{again}).ok());
  CHECK(*test.repository().state.last_retired() == 8);
  CHECK(test.include({kGood})->added.size() == 1);
  again.number = 9;
  again.returned = false;
  CHECK(*retire_packages(test.repository(), std::vector{again}) == 1);
  CHECK(test.include({kGood})->unchanged == 1);
}

TEST_CASE("remove: one component's, of two that have it") {
  TestRepository test;
  REQUIRE(test.include({kGood}).ok());
  REQUIRE(test.include({kGood}, {"stable", "contrib"}).ok());
  CHECK(*remove(test, {"stable", "good", "1", "amd64", "main"}) == 1);
  test.compose();
  CHECK(test.read(kIndex).empty());
  CHECK_FALSE(test.read("dists/stable/contrib/binary-amd64/Packages").empty());
}

TEST_CASE("remove: a Release that names it is not published, and none is attached to its indices") {
  TestRepository test;
  test.include_compose_attach({kGood, {"other", "1", "amd64", "x"}});
  const ComposedSuite composed = test.compose();
  REQUIRE(make_publish_plan(test.repository()).ok());
  REQUIRE(remove(test, {"stable", "good", "1", "amd64"}).ok());
  const auto plan = make_publish_plan(test.repository());
  REQUIRE_FALSE(plan.ok());
  CHECK(plan.error().message().find("was removed since") != std::string::npos);
  CHECK_FALSE(attach_release(test.repository(), test.release_of(composed)).ok());
  test.reopen();
  REQUIRE(attach_release(test.repository(), test.release_of(test.compose())).ok());
  CHECK(make_publish_plan(test.repository()).ok());
}

}  // namespace
}  // namespace hallmark::publisher_test
