// accept-build: what the artefacts' bytes may be.
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/signer_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

class Installed : public TestTerminal {
 public:
  Installed() { install(); }
};

std::vector<TestPackage> one(const std::string& version, const std::string& depends = "libc6",
                             const std::string& architecture = "amd64") {
  TestPackage package;
  package.version = version;
  package.depends = depends;
  package.architecture = architecture;
  return {package};
}

TEST_CASE_METHOD(Installed, "artefacts: other bytes than the builder recorded") {
  TestRelease release = deb_release();
  SECTION("one byte changed") { release.artefacts[0].back() ^= 1; }
  SECTION("one byte more") { release.artefacts[0] += "x"; }
  SECTION("one byte less") { release.artefacts[0].pop_back(); }
  check_refused(*this, accept(release), "artefacts-are-those-of-the-record",
                "hm-test_1.0-1_amd64.deb");
}

TEST_CASE_METHOD(Installed, "artefacts: one too few, one too many") {
  TestRelease release = deb_release();
  SECTION("few") { release.artefacts.clear(); }
  SECTION("many") { release.artefacts.emplace_back("x"); }
  check_refused(*this, accept(release), "artefacts-are-those-of-the-record", "the record names 1");
}

TEST_CASE_METHOD(Installed, "artefacts: a pipe in place of a file") {
  const TestRelease release = deb_release();
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const UniqueFd writer(ends[1]);
  Message message;
  message.body = accept_request(release);
  message.fds.emplace_back(ends[0]);
  check_refused(*this, send(message), "artefacts-are-those-of-the-record", "is not a regular file");
}

TEST_CASE_METHOD(Installed, "artefacts: what is no .deb") {
  std::string name;
  SECTION("by its contents") { name = "a.deb"; }
  SECTION("by its name") { name = "a.udeb"; }
  const TestRelease release = release_of("deb", "1.0-1", {name}, {"not a package"});
  check_refused(*this, accept(release), "artefacts-fit-the-recipe", name);
}

TEST_CASE_METHOD(Installed, "artefacts: a package for another architecture than the target's") {
  const TestRelease release = deb_release(one("1.0-1", "libc6", "arm64"));
  check_refused(*this, accept(release), "packages-fit-the-target", "hm-test 1.0-1 arm64");
}

TEST_CASE_METHOD(Installed, "artefacts: a package for all architectures is in each index") {
  must_accept(deb_release(one("1.0-1", "libc6", "all")));
  const std::string stanza = stanza_of(one("1.0-1", "libc6", "all")[0]);
  CHECK(sign_release(indices(stanza, stanza)).ok());
}

// The same package from another product, which says of it what `package` says.
TestRelease release_of_other_product(TestTerminal& terminal, const std::string& version,
                                     const Json& package) {
  TestRelease release = terminal.deb_release(version);
  Json product = Json::parse(release.product);
  product["name"] = "other";
  product["recipe"]["packages"] = Json::array({package});
  release.product = product.dump();
  Json lock = terminal.lock_json(release.product, version);
  lock["product"] = "other";
  release.lock = *canonical_dump(lock);
  ApprovalStatement statement = terminal.statement_of(release, version);
  statement.product = "other";
  release.statement = render_statement(statement);
  release.signatures = {{"alice", terminal.sign("alice", release.statement)},
                        {"bob", terminal.sign("bob", release.statement)}};
  Json record = TestTerminal::record_json(release, version, {"hm-test_" + version + "_amd64.deb"});
  record["product"] = "other";
  terminal.put_record(release, record);
  return release;
}

TEST_CASE_METHOD(Installed, "artefacts: a package that the product does not list") {
  product_packages = {"hm-test-data"};
  const TestRelease release =
      release_of("deb", "1.0-1", {"hm-test_1.0-1_amd64.deb"}, {deb_bytes(one("1.0-1")[0])});
  check_refused(*this, accept(release), "packages-are-the-products-own",
                "is none of the packages that product tool may bring");
}

TEST_CASE_METHOD(Installed, "artefacts: a package of another product") {
  must_accept(deb_release("1.0-1"));
  Json package;
  SECTION("listed as its own") { package = "hm-test"; }
  SECTION("listed as a third product's") { package = {{"name", "hm-test"}, {"from", "third"}}; }
  check_refused(*this, accept(release_of_other_product(*this, "2.0-1", package)),
                "packages-are-the-products-own", "is a package of the product tool");
}

TEST_CASE_METHOD(Installed, "artefacts: a package that moves to another product") {
  must_accept(deb_release("1.0-1"));
  must_accept(release_of_other_product(*this, "2.0-1", {{"name", "hm-test"}, {"from", "tool"}}));
  // From now on it is the other's.
  check_refused(*this, accept(deb_release("3.0-1")), "packages-are-the-products-own",
                "is a package of the product other");
}

// A policy that is content with one person for one product, and asks three for another.
class Lenient : public TestTerminal {
 public:
  Lenient() {
    Json policy = Json::parse(policy_text);
    policy["thresholds"] = {{{"product", "other"}, {"people", 1}},
                            {{"product", "tool"}, {"people", 1}},
                            {{"product", "kernel"}, {"people", 3}}};
    policy_text = policy.dump();
    install();
  }
};

TEST_CASE_METHOD(Lenient, "artefacts: a package is taken over by as many as anything needs") {
  TestRelease own = deb_release("1.0-1");
  own.signatures.pop_back();  // one person is enough
  must_accept(own);
  check_refused(
      *this,
      accept(release_of_other_product(*this, "2.0-1", {{"name", "hm-test"}, {"from", "tool"}})),
      "approved-by-enough-people", "2 of the 3 people");
}

TEST_CASE_METHOD(Lenient, "artefacts: an application needs as many people as anything does") {
  check_refused(*this, accept(apk_release("1.0", apk_bytes())), "approved-by-enough-people",
                "2 of the 3 people");
}

TEST_CASE_METHOD(Installed, "artefacts: a version lower than the suite's newest") {
  must_accept(deb_release("1.10-1"));
  check_refused(*this, accept(deb_release("1.9-1")), "versions-are-not-lowered",
                "is lower than 1.10-1");
}

TEST_CASE_METHOD(Installed, "artefacts: the newest version spelled in another way") {
  must_accept(deb_release("1.0-1"));
  check_refused(*this, accept(deb_release("1.00-1")), "versions-are-not-lowered",
                "is another spelling of 1.0-1");
}

TEST_CASE_METHOD(Installed, "artefacts: a published version with other bytes") {
  must_accept(deb_release("1.0-1"));
  TestRelease release = deb_release(one("1.0-1", "other"));
  // Another lock, so that it is not the approval that refuses.
  Json lock = lock_json(release.product, "1.0-1");
  lock["source_date_epoch"] = 1700000001;
  release.lock = *canonical_dump(lock);
  approve(release, "1.0-1");
  put_record(release, record_json(release, "1.0-1", {"hm-test_1.0-1_amd64.deb"}));
  check_refused(*this, accept(release), "published-packages-keep-their-bytes",
                "was accepted before with other bytes");
}

// Its file would be the other's in the pool, and the suite could not be composed any more.
TEST_CASE_METHOD(Installed, "artefacts: a published version under another epoch") {
  const auto with_epoch = [&](const std::string& version) {
    return release_of("deb", "1:" + version, {"hm-test_" + version + "_amd64.deb"},
                      {deb_bytes(one("1:" + version)[0])});
  };
  must_accept(deb_release("1.0-1"));
  check_refused(*this, accept(with_epoch("1.0-1")), "published-packages-keep-their-bytes",
                "hm-test 1:1.0-1 amd64: has the file name of version 1.0-1, which has other bytes");
  must_accept(with_epoch("1.0-2"));
}

TEST_CASE_METHOD(Installed, "artefacts: one package twice in a build, but for the epoch") {
  const TestRelease release =
      release_of("deb", "1.0-1", {"a.deb", "b.deb"},
                 {deb_bytes(one("1.0-1")[0]), deb_bytes(one("1:1.0-1")[0])});
  check_refused(*this, accept(release), "published-packages-keep-their-bytes", "twice");
}

TEST_CASE_METHOD(Installed, "artefacts: one package twice in a build") {
  const TestRelease release = deb_release({one("1.0-1")[0], one("1.0-1", "other")[0]});
  check_refused(*this, accept(release), "published-packages-keep-their-bytes", "twice");
}

TEST_CASE_METHOD(Installed, "artefacts: an APK is accepted") {
  must_accept(apk_release("1.0", apk_bytes()));
}

TEST_CASE_METHOD(Installed, "artefacts: an APK that is not one of the recipe's outputs") {
  const TestRelease release = release_of("apk", "1.0", {"other.apk"}, {apk_bytes()});
  check_refused(*this, accept(release), "artefacts-fit-the-recipe", "is not one of the recipe's");
}

TEST_CASE_METHOD(TestTerminal, "artefacts: an application that is not mapped to the key") {
  Json policy = Json::parse(policy_text);
  policy["apk_keys"][0]["packages"] = {"org.example.other"};
  policy_text = policy.dump();
  install();
  check_refused(*this, accept(apk_release("1.0", apk_bytes())), "application-is-mapped-to-its-key",
                "is not mapped to the key 'app'");
}

TEST_CASE_METHOD(Installed, "artefacts: another application than the product's") {
  TestRelease release = apk_release("1.0", apk_bytes());
  Json product = product_json("apk");
  product["recipe"]["package"] = "org.example.other";
  release.product = product.dump();
  release.lock = *canonical_dump(lock_json(release.product, "1.0"));
  approve(release, "1.0");
  put_record(release, record_json(release, "1.0", {"app.apk"}));
  check_refused(*this, accept(release), "application-is-mapped-to-its-key",
                "is the application org.example.test");
}

TEST_CASE_METHOD(Installed, "artefacts: a debuggable APK") {
  check_refused(*this, accept(apk_release("1.0", apk_bytes(7, 3000, true))),
                "application-is-not-debuggable", "is debuggable");
}

TEST_CASE_METHOD(Installed, "artefacts: a version code that does not rise") {
  must_accept(apk_release("1.0", apk_bytes(7)));
  uint32_t code = 0;
  SECTION("the same") { code = 7; }
  SECTION("lower") { code = 6; }
  check_refused(*this, accept(apk_release("1.1", apk_bytes(code, 3001))), "version-code-rises",
                "has 7 already");
}

TEST_CASE_METHOD(Installed, "artefacts: the same APK under another release of the product") {
  must_accept(apk_release("1.0", apk_bytes(7)));
  must_accept(apk_release("1.1", apk_bytes(7)));
}

}  // namespace
}  // namespace hallmark::signer_test
