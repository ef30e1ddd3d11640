// accept-prebuilt: what was built elsewhere comes by its digest, where the policy takes that.
#include <catch2/catch_test_macros.hpp>

#include "core/model/import_manifest.hpp"
#include "tests/unit/signer/signer_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

class Importing : public TestTerminal {
 public:
  Importing() {
    Json policy = policy_json();
    policy["suites"].push_back(policy["suites"][0]);
    policy["suites"][1]["name"] = policy["suites"][1]["codename"] = "strict";
    policy["evidence_levels"] = {{{"suite", "stable"}, {"evidence", "prebuilt"}}};
    policy_text = policy.dump();
    install();
    Json said = product_json("deb");
    said["evidence"] = "prebuilt";
    product = said.dump();
  }
  std::string product;

  static ImportedFile file_of(const std::string& bytes, const std::string& suite = "stable",
                              const std::string& name = "hm-test_1.0-1_amd64.deb") {
    return {name, bytes.size(), sha256(bytes), suite, "main"};
  }
  static ImportManifest manifest_of(const std::vector<ImportedFile>& files) {
    return {"tool", "1.0-1", files};
  }
  ImportStatement statement_for(const ImportManifest& manifest) const {
    ImportStatement said;
    said.product = "tool";
    said.product_sha256 = sha256(product);
    said.policy_sha256 = sha256(policy_text);
    said.version = "1.0-1";
    said.manifest_sha256 = sha256(to_json(manifest).dump());
    said.suites = approval_suites(places_of(manifest));
    said.terminal_group = "demo-group";
    said.expires = now + 30 * kDay;
    return said;
  }
  Json import_request(const ImportManifest& manifest, const ImportStatement& said,
                      const std::vector<std::string>& people = {"alice", "bob"},
                      std::size_t first = 0) const {
    return approved({{"type", "accept-prebuilt"},
                     {"product", product},
                     {"manifest", to_json(manifest).dump()},
                     {"first", first}},
                    render_statement(said), people);
  }
  Result<Response> import(const ImportManifest& manifest, const std::vector<std::string>& files) {
    return ask(import_request(manifest, statement_for(manifest)), files);
  }
};

TEST_CASE_METHOD(Importing, "accept-prebuilt: its entry is derived, and it can be signed") {
  const std::string bytes = deb_bytes({});
  const ImportManifest manifest = manifest_of({file_of(bytes)});
  const auto accepted = import(manifest, {bytes});
  INFO((accepted.ok() ? "" : accepted.error().message()));
  REQUIRE(accepted.ok());
  CHECK(accepted->body["accepted"][0]["stanza"].get<std::string>() + "\n" == stanza_of({}));
  CHECK(sign_release(indices(stanza_of({}))).ok());
  const std::string log_then = log_text();
  CHECK(log_then.find("\"evidence\":\"prebuilt\"") != std::string::npos);
  now += 40 * kDay;
  open();
  const auto again = ask(import_request(manifest, statement_for(manifest), {}), {bytes});
  REQUIRE(again.ok());
  CHECK(again->body["accepted"] == accepted->body["accepted"]);
  CHECK(log_text() == log_then);
}

TEST_CASE_METHOD(Importing,
                 "accept-prebuilt: it has checksums, and nobody attests how it was made") {
  const std::string bytes = deb_bytes({});
  REQUIRE(import(manifest_of({file_of(bytes)}), {bytes}).ok());
  const Json request = {{"product", "tool"}, {"version", "1.0-1"}};
  Json checksums = request;
  checksums["type"] = "sign-checksums";
  CHECK(must_answer(checksums)["sums"] == sha256(bytes).hex() + "  hm-test_1.0-1_amd64.deb\n");
  Json attestation = request;
  attestation["type"] = "sign-attestation";
  const auto answer = ask(attestation);
  REQUIRE_FALSE(answer.ok());
  CHECK(answer.error().message().find("release-was-built") != std::string::npos);
}

TEST_CASE_METHOD(Importing, "accept-prebuilt: one approval, many requests, then withdrawn as one") {
  product_packages.insert("hm-other");
  Json said = product_json("deb");
  said["evidence"] = "prebuilt";
  product = said.dump();
  TestPackage other;
  other.name = "hm-other";
  const std::vector<std::string> bytes = {deb_bytes({}), deb_bytes(other)};
  const ImportManifest manifest =
      manifest_of({file_of(bytes[0]), file_of(bytes[1], "stable", "hm-other_1.0-1_amd64.deb")});
  REQUIRE(import(manifest, {bytes[0]}).ok());
  const Json second = import_request(manifest, statement_for(manifest), {"alice", "bob"}, 1);
  REQUIRE(ask(second, {bytes[1]}).ok());
  CHECK(sign_release(indices(stanza_of(other) + stanza_of({}))).ok());
  const WithdrawStatement back{"tool", sha256(policy_text), "1.0-1", "*", "demo-group", now + kDay};
  const Json answer = must_answer(
      approved({{"type", "withdraw"}, {"product", "tool"}, {"version", "1.0-1"}, {"suite", "*"}},
               render_statement(back), {"alice"}));
  CHECK(answer["packages"].size() == 2);
  keys.signatures = 0;
  check_refused(*this, import(manifest, {bytes[0]}), "release-is-not-withdrawn", "was withdrawn");
}

TEST_CASE_METHOD(Importing, "accept-prebuilt: bytes that are not those of the manifest") {
  const std::string bytes = deb_bytes({});
  const std::string rule = "files-are-those-of-the-manifest";
  SECTION("other bytes") {
    TestPackage other;
    other.depends = "evil";
    check_refused(*this, import(manifest_of({file_of(bytes)}), {deb_bytes(other)}), rule,
                  "the manifest says");
  }
  SECTION("a longer file") {
    check_refused(*this, import(manifest_of({file_of(bytes)}), {bytes + "x"}), rule, "");
  }
  SECTION("another name than the package's") {
    const auto file = file_of(bytes, "stable", "hm-other_1.0-1_amd64.deb");
    check_refused(*this, import(manifest_of({file}), {bytes}), rule, "is the package hm-test");
  }
  SECTION("no package") {
    check_refused(*this, import(manifest_of({file_of("MZ")}), {"MZ"}), rule, "");
  }
}

TEST_CASE("accept-prebuilt: a package of the policy's keys has no others") {
  Importing terminal;
  Json policy = Json::parse(terminal.policy_text);
  policy["clients"] = {{"name", "example"},
                       {"address", "https://packages.example.org"},
                       {"contact", "Example <packages@example.org>"}};
  terminal.change_policy(policy);
  terminal.product_packages.insert("example-archive-keyring");
  Json said = terminal.product_json("deb");
  said["evidence"] = "prebuilt";
  terminal.product = said.dump();
  const std::string bytes =
      deb_bytes({"example-archive-keyring", "1.0-1", "all", "libc6", {"etc/cron.d/job"}});
  const ImportManifest manifest = Importing::manifest_of(
      {Importing::file_of(bytes, "stable", "example-archive-keyring_1.0-1_all.deb")});
  check_refused(terminal, terminal.import(manifest, {bytes}),
                "keyring-package-has-the-policys-keys", "has another control");
}

TEST_CASE_METHOD(Importing, "accept-prebuilt: parts that the manifest does not have") {
  const std::string bytes = deb_bytes({});
  const ImportManifest manifest = manifest_of({file_of(bytes)});
  const auto refused = [&](std::size_t first, const std::vector<std::string>& files) {
    check_refused(
        *this,
        ask(import_request(manifest, statement_for(manifest), {"alice", "bob"}, first), files),
        "files-are-a-part-of-the-manifest", "");
  };
  refused(0, {});
  refused(0, {bytes, bytes});
  refused(1, {bytes});
  refused(static_cast<std::size_t>(-1), {bytes});
}

TEST_CASE_METHOD(Importing, "accept-prebuilt: approvals that do not count") {
  const std::string bytes = deb_bytes({});
  const ImportManifest manifest = manifest_of({file_of(bytes)});
  ImportStatement said = statement_for(manifest);
  std::string rule = "approval-names-this-import";
  SECTION("another product") { said.product = "other"; }
  SECTION("another product file") { said.product_sha256 = sha256("other"); }
  SECTION("another policy") { said.policy_sha256 = sha256("other"); }
  SECTION("another version") { said.version = "2.0-1"; }
  SECTION("another manifest") { said.manifest_sha256 = sha256("other"); }
  SECTION("another suite") { said.suites = "strict/main"; }
  SECTION("another group") { said.terminal_group = "others"; }
  SECTION("expired") {
    said.expires = now;
    rule = "approval-is-in-force";
  }
  check_refused(*this, ask(import_request(manifest, said), {bytes}), rule, "");
  check_refused(*this, ask(import_request(manifest, statement_for(manifest), {"alice"}), {bytes}),
                "approved-by-enough-people", "counts 1 of the 2 people");
}

TEST_CASE_METHOD(Importing,
                 "accept-prebuilt: where the policy asks for more, or has no such place") {
  const std::string bytes = deb_bytes({});
  check_refused(*this, import(manifest_of({file_of(bytes, "strict")}), {bytes}),
                "evidence-reaches-the-policy",
                "proves 'prebuilt' and 'reproduced' is needed in suite strict");
  check_refused(*this, import(manifest_of({file_of(bytes, "nowhere")}), {bytes}),
                "suites-take-the-import", "suite nowhere");
  TestPackage foreign;
  foreign.architecture = "riscv64";
  const std::string odd = deb_bytes(foreign);
  check_refused(*this,
                import(manifest_of({file_of(odd, "stable", "hm-test_1.0-1_riscv64.deb")}), {odd}),
                "architectures-are-in-the-policy", "architecture riscv64");
}

TEST_CASE_METHOD(Importing, "accept-prebuilt: what a build could not bring, it does not either") {
  TestPackage package;
  SECTION("another product's name") {
    package.name = "hm-foreign";
    const std::string bytes = deb_bytes(package);
    const auto file = file_of(bytes, "stable", "hm-foreign_1.0-1_amd64.deb");
    check_refused(*this, import(manifest_of({file}), {bytes}), "packages-are-the-products-own", "");
  }
  const std::string first = deb_bytes({});
  REQUIRE(import(manifest_of({file_of(first)}), {first}).ok());
  SECTION("a lower version") {
    package.version = "0.9-1";
    const std::string bytes = deb_bytes(package);
    const auto file = file_of(bytes, "stable", "hm-test_0.9-1_amd64.deb");
    check_refused(*this, import(manifest_of({file}), {bytes}), "versions-are-not-lowered", "");
  }
  SECTION("other bytes under a published version") {
    package.depends = "evil";
    const std::string bytes = deb_bytes(package);
    check_refused(*this, import(manifest_of({file_of(bytes)}), {bytes}),
                  "published-packages-keep-their-bytes", "other bytes");
  }
}

TEST_CASE_METHOD(Importing, "accept-prebuilt: manifests that are none of this product's") {
  const std::string bytes = deb_bytes({});
  ImportManifest manifest = manifest_of({file_of(bytes)});
  SECTION("another product's") { manifest.product = "other"; }
  SECTION("empty") { manifest.files.clear(); }
  SECTION("a file twice") { manifest.files.push_back(manifest.files.front()); }
  SECTION("a name with two digests") { manifest.files.push_back(file_of("x", "strict")); }
  SECTION("a name that is a path") { manifest.files.front().name = "../x.deb"; }
  check_refused(*this, import(manifest, {bytes}), "manifest-is-of-this-product", "");
}

}  // namespace
}  // namespace hallmark::signer_test
