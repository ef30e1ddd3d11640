// What may come into the repository, and what happens to the rest.
#include <catch2/catch_test_macros.hpp>

#include "core/digest.hpp"
#include "publisher/transfer/publish_plan.hpp"
#include "tests/unit/publisher/repository_fixtures.hpp"
#include "tests/unit/verify/apk_signed_fixtures.hpp"
#include "verify/apk/idsig.hpp"
#include "verify/apk/manifest.hpp"
#include "verify/apk/merkle_tree.hpp"
#include "verify/apk/verify.hpp"

namespace hallmark::publisher_test {
namespace {

constexpr const char* kPoolPath = "pool/main/h/hm-test/hm-test_1.0-1_amd64.deb";

bool says(const Error& error, const std::string& text) {
  return error.message().find(text) != std::string::npos;
}

std::size_t member_count(TestRepository& test) {
  const auto members = test.repository().state.members({}, 0, 1000);
  REQUIRE(members.ok());
  return members->size();
}

TEST_CASE("include: the pool holds the file's bytes under the path that Debian would use") {
  TestRepository test;
  const std::string bytes = deb_bytes({});
  const auto included = test.include_bytes({bytes});
  REQUIRE(included.ok());
  REQUIRE(included->added.size() == 1);
  CHECK(included->added[0].file.path == kPoolPath);
  CHECK(included->added[0].file.sha256 == sha256(bytes));
  CHECK(test.read(kPoolPath) == bytes);
  CHECK(test.nothing_incoming());
}

TEST_CASE("include: the same bytes again change nothing") {
  TestRepository test;
  REQUIRE(test.include({{}}).ok());
  test.reopen();
  const auto again = test.include({{}});
  REQUIRE(again.ok());
  CHECK(again->added.empty());
  CHECK(again->unchanged == 1);
  CHECK(member_count(test) == 1);
  CHECK(test.nothing_incoming());
}

TEST_CASE("include: other bytes under the same name, version and architecture are refused") {
  TestRepository test;
  const std::string first = deb_bytes({});
  TestDeb changed;
  changed.summary = "another test";
  const std::string second = deb_bytes(changed);
  REQUIRE(test.include_bytes({first}).ok());
  const Destination destination =
      GENERATE(Destination{"stable", "main"}, Destination{"testing", "main"},
               Destination{"stable", "contrib"});
  const auto refused = test.include_bytes({second}, destination);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().kind == ErrorKind::kPolicy);
  CHECK(says(refused.error(), sha256(first).hex()));
  CHECK(says(refused.error(), sha256(second).hex()));
  CHECK(test.read(kPoolPath) == first);
  CHECK(member_count(test) == 1);
}

TEST_CASE("include: versions that share a file name, because only their epochs differ") {
  TestRepository test;
  REQUIRE(test.include({{}}).ok());
  const auto refused = test.include({{"hm-test", "1:1.0-1", "amd64", "a test"}});
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().kind == ErrorKind::kPolicy);
}

TEST_CASE("include: one bad file of several, and none of them comes in") {
  TestRepository test;
  const auto refused = test.include_bytes({deb_bytes({}), "!<arch>\nnot a package"});
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().kind == ErrorKind::kVerification);
  CHECK(member_count(test) == 0);
  CHECK_FALSE(test.is_there(kPoolPath));
}

TEST_CASE("include: suites, components and architectures that the policy does not have") {
  TestRepository test;
  const auto suite = test.include({{}}, {"unstable", "main"});
  REQUIRE_FALSE(suite.ok());
  CHECK(says(suite.error(), "unstable: is no suite"));
  const auto component = test.include({{}}, {"stable", "non-free"});
  REQUIRE_FALSE(component.ok());
  CHECK(says(component.error(), "non-free: is no component"));
  const auto architecture = test.include({{"hm-test", "1.0-1", "riscv64", "a test"}});
  REQUIRE_FALSE(architecture.ok());
  CHECK(says(architecture.error(), "riscv64"));
  for (const auto& error : {suite.error(), component.error(), architecture.error()}) {
    CHECK(error.kind == ErrorKind::kPolicy);
  }
  CHECK(member_count(test) == 0);
}

TEST_CASE("include: a version below the suite's newest is refused, in another suite it is not") {
  TestRepository test;
  REQUIRE(test.include({{"hm-test", "1.10", "amd64", "a test"}}).ok());
  const auto refused = test.include({{"hm-test", "1.9", "amd64", "a test"}});
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().kind == ErrorKind::kPolicy);
  CHECK(says(refused.error(), "lower than version 1.10"));
  CHECK_FALSE(test.is_there("pool/main/h/hm-test/hm-test_1.9_amd64.deb"));
  CHECK(test.include({{"hm-test", "1.9", "amd64", "a test"}}, {"testing", "main"}).ok());
}

TEST_CASE("include: several versions in one call come in whatever their order") {
  TestRepository test;
  const auto included = test.include({{"hm-test", "1.10", "amd64", "a test"},
                                      {"hm-test", "1.9", "amd64", "a test"},
                                      {"hm-test", "1.10", "amd64", "a test"}});
  REQUIRE(included.ok());
  CHECK(included->added.size() == 2);
  CHECK(included->unchanged == 1);
}

TEST_CASE("include: what a crash left between file and record is replaced") {
  TestRepository test;
  REQUIRE(make_dirs(test.tree("pool/main/h/hm-test"), 0755).ok());
  {
    const auto left = open_at(AT_FDCWD, test.tree(kPoolPath), O_WRONLY | O_CREAT, 0644);
    REQUIRE(left.ok());
    REQUIRE(write_all(left->get(), "an attempt that nobody acknowledged").ok());
  }
  REQUIRE(test.include({{}}).ok());
  CHECK(test.read(kPoolPath) == deb_bytes({}));
}

TEST_CASE("include-apk: a signed APK, once, under a plain name") {
  TestRepository test;
  const auto apk = apk_test::memory_file(apk_test::good_apk());
  const auto added = include_apk(test.repository(), "org.example.hello_1.apk", apk.get());
  REQUIRE(added.ok());
  CHECK(*added);
  CHECK(test.is_there("apk/org.example.hello_1.apk"));
  const auto again = include_apk(test.repository(), "org.example.hello_1.apk", apk.get());
  REQUIRE(again.ok());
  CHECK_FALSE(*again);
  for (const char* name : {"../x.apk", ".x.apk", "a/b.apk", "x.deb", "", "x y.apk"}) {
    INFO(name);
    const auto refused = include_apk(test.repository(), name, apk.get());
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().kind == ErrorKind::kUsage);
  }
}

TEST_CASE("include-apk: an APK whose signature does not verify, or other bytes, are refused") {
  TestRepository test;
  auto bytes = apk_test::good_apk();
  const auto good = apk_test::memory_file(bytes);
  REQUIRE(include_apk(test.repository(), "a.apk", good.get()).ok());
  const auto other = apk_test::memory_file(
      apk_test::signed_apk(apk_test::write_zip(apk_test::apk_entries({.min_sdk = 28})),
                           {{}, {apk_test::rsa_signer()}, {}}));
  const auto replaced = include_apk(test.repository(), "a.apk", other.get());
  REQUIRE_FALSE(replaced.ok());
  CHECK(replaced.error().kind == ErrorKind::kPolicy);
  bytes[40] ^= 1;
  const auto forged = apk_test::memory_file(bytes);
  const auto refused = include_apk(test.repository(), "b.apk", forged.get());
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().kind == ErrorKind::kVerification);
  CHECK_FALSE(test.is_there("apk/b.apk"));
}

TEST_CASE("include-apk: what others made is the application that was accepted, by its own key") {
  TestRepository test;
  const auto apk = apk_test::memory_file(apk_test::good_apk());
  const auto manifest = read_apk_manifest(apk.get());
  const auto report = verify_apk(apk.get(), {});
  REQUIRE((manifest.ok() && report.ok()));
  const ExpectedApk right{manifest->package,
                          manifest->version_code,
                          {std::string(64, '0'), report->signers.at(0).certificate_sha256}};
  const auto include = [&](const ExpectedApk& expected) {
    return include_apk(test.repository(), "a.apk", apk.get(), std::nullopt, expected);
  };
  ExpectedApk wrong = right;
  SECTION("signed by a stranger") { wrong.certificates.pop_back(); }
  SECTION("of another application") { wrong.application += "x"; }
  SECTION("in an older version") { ++wrong.version_code; }
  const auto added = include(wrong);
  REQUIRE_FALSE(added.ok());
  CHECK(added.error().kind == ErrorKind::kVerification);
  CHECK_FALSE(test.is_there("apk/a.apk"));
  CHECK(include(right).ok());
}

// v4 for apk_test::good_apk(), by its own signer; without a tree, which may be left out.
apk_test::Buffer idsig_of(const apk_test::Buffer& apk) {
  const apk_test::TestKey& key = apk_test::shared_rsa_2048();
  const auto root = merkle_root({memory_source(apk)}, {}, nullptr);
  REQUIRE(root.ok());
  IdsigHeader header;
  header.root = *root;
  IdsigSigningInfo& info = header.signing_info;
  info.apk_digest =
      apk_test::content_digest_of(apk_test::write_zip(apk_test::apk_entries()), kRsaPkcs1Sha256);
  info.certificate = key.certificate();
  info.public_key = key.spki();
  info.algorithm = kRsaPkcs1Sha256;
  const auto to_sign = v4_signed_data(apk.size(), *root, {}, info);
  info.signature =
      key.sign_digest(HashAlgorithm::kSha256, hash_bytes(HashAlgorithm::kSha256, to_sign));
  return encode_idsig_header(header, 0);
}

TEST_CASE("include-apk: an .idsig is served beside its APK, and must be of that APK") {
  TestRepository test;
  const auto bytes = apk_test::good_apk();
  const auto apk = apk_test::memory_file(bytes);
  auto idsig_bytes = idsig_of(bytes);
  const auto idsig = apk_test::memory_file(idsig_bytes);
  const auto added = include_apk(test.repository(), "a.apk", apk.get(), idsig.get());
  INFO((added.ok() ? "" : added.error().message()));
  REQUIRE(added.ok());
  CHECK(*added);
  CHECK(test.is_there("apk/a.apk"));
  CHECK(test.is_there("apk/a.apk.idsig"));
  // Whoever sees the APK on a host finds its .idsig there.
  const auto plan = make_publish_plan(test.repository());
  REQUIRE(plan.ok());
  std::vector<std::string> order;
  for (const PublishStage& stage : *plan) {
    for (const Upload& upload : stage.uploads) order.push_back(upload.file.path);
  }
  CHECK(order == std::vector<std::string>{"apk/a.apk.idsig", "apk/a.apk"});
  const auto again = include_apk(test.repository(), "a.apk", apk.get(), idsig.get());
  REQUIRE(again.ok());
  CHECK_FALSE(*again);

  idsig_bytes[20] ^= 1;  // in the root digest
  const auto forged = apk_test::memory_file(idsig_bytes);
  const auto refused = include_apk(test.repository(), "b.apk", apk.get(), forged.get());
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().kind == ErrorKind::kVerification);
  CHECK_FALSE(test.is_there("apk/b.apk"));
}

}  // namespace
}  // namespace hallmark::publisher_test
