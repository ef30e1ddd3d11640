// change-policy: who may, and what a new policy must go on serving. Each forgery is a named
// refusal.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/signer_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

class PolicyTerminal : public TestTerminal {
 public:
  PolicyTerminal() {
    install();
    changed = Json::parse(policy_text);
    changed["threshold"] = 3;
  }

  Json changed;  // the new policy
  Json openpgp_keys = Json::array();
  Json apk_certificates = Json::array();

  PolicyStatement statement_of_change() const {
    return {sha256(policy_text), sha256(changed.dump()), "demo-group", now + 30 * kDay};
  }
  Json change_request(const std::string& statement,
                      const std::vector<std::string>& people = {"alice", "bob"}) const {
    Json signatures = Json::array();
    for (const std::string& person : people) {
      signatures.push_back({{"approver", person}, {"signature", sign(person, statement)}});
    }
    return Json{{"type", "change-policy"},      {"policy", changed.dump()},
                {"openpgp_keys", openpgp_keys}, {"apk_certificates", apk_certificates},
                {"statement", statement},       {"signatures", signatures}};
  }
  Json change_request() const { return change_request(render_statement(statement_of_change())); }

  void must_change() {
    const auto answer = ask(change_request());
    INFO((answer.ok() ? "" : answer.error().message()));
    REQUIRE(answer.ok());
    CHECK(answer->body["policy"] == sha256(changed.dump()).hex());
    CHECK(answer->body["replaces"] == sha256(policy_text).hex());
    policy_text = changed.dump();
  }
  void release_stable() {
    must_accept(deb_release());
    REQUIRE(sign_release(indices(stanza_of({}))).ok());
    keys.signatures = 0;
  }
  // As check_refused; and the policy in force is what it was.
  void check_unchanged(const Result<Response>& answer, const std::string& rule,
                       const std::string& words) {
    check_refused(*this, answer, rule, words);
    CHECK(ask({{"type", "policy"}})->body["sha256"] == sha256(policy_text).hex());
  }
};

TEST_CASE_METHOD(PolicyTerminal, "change-policy: approved by enough, once, with a history") {
  const Json request = change_request();
  const std::string first = policy_text;
  must_change();
  const auto policy = ask({{"type", "policy"}});
  REQUIRE(policy.ok());
  CHECK(policy->body["policy"] == policy_text);
  REQUIRE(policy->body["history"].size() == 2);
  CHECK(policy->body["history"][0]["sha256"] == sha256(first).hex());
  CHECK_FALSE(policy->body["history"][0].contains("statement"));
  CHECK(policy->body["history"][1]["statement"] ==
        sha256(request["statement"].get<std::string>()).hex());
  const std::string log_then = log_text();
  CHECK(log_then.find("\"replaces\":\"" + sha256(first).hex()) != std::string::npos);
  now += 40 * kDay;
  open();
  const auto again = ask(request);
  REQUIRE(again.ok());
  CHECK(again->body["replaces"] == sha256(first).hex());
  CHECK(log_text() == log_then);
}

TEST_CASE_METHOD(PolicyTerminal,
                 "change-policy: approvals of a release do not outlive the policy") {
  TestRelease release = deb_release();
  must_change();
  check_refused(*this, accept(release), "approval-names-this-release", "policy: sha256:");
  approve(release, "1.0-1");
  release.signatures.emplace_back("carol", sign("carol", release.statement));
  must_accept(release);
}

TEST_CASE_METHOD(PolicyTerminal,
                 "change-policy: v4 from now on leaves alone what was signed before") {
  const auto sign = [this](const std::string& apk) {
    Message message;
    message.body = {{"type", "sign-apk"}, {"artefact", sha256(apk).hex()}};
    message.fds.push_back(deb_test::memory_file(apk));
    message.fds.push_back(deb_test::memory_file(""));
    message.fds.push_back(deb_test::memory_file(""));
    return send(message);
  };
  const std::string old_apk = apk_bytes(7);
  must_accept(apk_release("1.0", old_apk));
  REQUIRE(sign(old_apk).ok());
  changed = Json::parse(policy_text);
  changed["apk_keys"][0]["schemes"] = {"v1", "v2", "v3", "v4"};
  must_change();
  const auto again = sign(old_apk);
  REQUIRE_FALSE(again.ok());
  CHECK(again.error().kind == ErrorKind::kPolicy);
  CHECK(again.error().message().find("was signed without v4") != std::string::npos);
  CHECK(log_text().find("idsig_sha256") == std::string::npos);

  const std::string next_apk = apk_bytes(8);
  must_accept(apk_release("1.1", next_apk));
  const auto next = sign(next_apk);
  INFO((next.ok() ? "" : next.error().message()));
  REQUIRE(next.ok());
  CHECK(next->body.contains("idsig"));
}

TEST_CASE_METHOD(PolicyTerminal, "change-policy: approvals that do not count") {
  PolicyStatement statement = statement_of_change();
  std::vector<std::string> people = {"alice", "bob"};
  std::string rule = "approval-names-this-change";
  SECTION("another policy in force") { statement.policy_sha256 = sha256("other"); }
  SECTION("another new policy") { statement.new_policy_sha256 = sha256("other"); }
  SECTION("another group") { statement.terminal_group = "others"; }
  SECTION("expired") {
    statement.expires = now;
    rule = "approval-is-in-force";
  }
  SECTION("too far ahead") {
    statement.expires = now + 91 * kDay;
    rule = "approval-is-in-force";
  }
  SECTION("one person") {
    people = {"alice"};
    rule = "approved-by-enough-people";
  }
  SECTION("one person twice") {
    people = {"alice", "alice"};
    rule = "approved-by-enough-people";
  }
  check_unchanged(ask(change_request(render_statement(statement), people)), rule, "");
}

TEST_CASE_METHOD(PolicyTerminal, "change-policy: needs as many people as anything does") {
  changed["threshold"] = 2;
  changed["thresholds"] = {{{"suite", "stable"}, {"people", 3}}};
  must_change();
  changed["thresholds"] = {{{"suite", "stable"}, {"people", 1}}};
  check_unchanged(ask(change_request()), "approved-by-enough-people", "counts 2 of the 3 people");
}

TEST_CASE_METHOD(PolicyTerminal, "change-policy: a release's approval is not a policy's") {
  const TestRelease release = deb_release();
  check_unchanged(ask(change_request(release.statement)), "approval-names-this-change",
                  "says 'action: release' where 'action: policy' is needed");
}

TEST_CASE_METHOD(PolicyTerminal, "change-policy: people whom only the new policy knows") {
  changed["approvers"].push_back({{"name", "mallory"}, {"keys", {ssh_line("carol-2")}}});
  changed["approvers"][2]["keys"] = {ssh_line("carol")};
  Json request = change_request();
  request["signatures"][1] = {{"approver", "mallory"},
                              {"signature", sign("carol-2", request["statement"])}};
  check_unchanged(ask(request), "approved-by-enough-people", "'mallory' is no approver");
}

TEST_CASE_METHOD(PolicyTerminal, "change-policy: an old policy and its approvals do not return") {
  const Json first = Json::parse(policy_text);
  const TestRelease release = deb_release();
  const Json replayed = change_request();
  must_change();
  const std::string second = policy_text;
  changed = first;
  Json request = change_request();
  request["signatures"].push_back(
      {{"approver", "carol"}, {"signature", sign("carol", request["statement"])}});
  check_unchanged(ask(request), "policy-was-never-in-force", "was in force before");
  CHECK(ask(replayed).ok());  // what is in force already
  check_refused(*this, accept(release), "approval-names-this-release", "");
}

TEST_CASE_METHOD(PolicyTerminal, "change-policy: policies that are none, or not this terminal's") {
  std::string rule = "policy-suits-this-terminal";
  SECTION("no longer a demo's") { changed["demo"] = false; }
  SECTION("an origin that hides it") { changed["origin"] = "Example"; }
  SECTION("a weak approver") {
    const auto weak = ssh_test::SoftKey(ssh_test::SoftKind::kRsa, 2048).public_blob();
    changed["approvers"][0]["keys"] = {"ssh-rsa " + base64_encode(as_bytes(weak))};
    rule = "approvers-have-usable-keys";
  }
  SECTION("a threshold that nobody reaches") {
    changed["threshold"] = 4;
    rule = "policy-can-be-read";
  }
  check_unchanged(ask(change_request()), rule, "");
}

TEST_CASE_METHOD(PolicyTerminal, "change-policy: a suite that was published stays as it was") {
  const Json other = {{"name", "testing"},      {"codename", "testing"},
                      {"components", {"main"}}, {"architectures", {"amd64"}},
                      {"valid_days", 30},       {"keys", {kFingerprint}}};
  SECTION("nothing is published: it may go") {
    changed["suites"] = {other};
    must_change();
  }
  SECTION("without it") {
    release_stable();
    changed["suites"] = {other};
    check_unchanged(ask(change_request()), "published-suites-stay", "suite stable");
  }
  SECTION("without its component") {
    must_accept(deb_release());
    changed["suites"][0]["components"] = {"contrib"};
    check_unchanged(ask(change_request()), "published-suites-stay", "main for amd64");
  }
  SECTION("without its architecture") {
    must_accept(deb_release());
    changed["suites"][0]["architectures"] = {"arm64"};
    check_unchanged(ask(change_request()), "published-suites-stay", "main for amd64");
  }
  SECTION("under another codename") {
    release_stable();
    changed["suites"][0]["codename"] = "other";
    check_unchanged(ask(change_request()), "published-suites-keep-their-names", "codename stable");
  }
  SECTION("under another label") {
    release_stable();
    changed["label"] = "Another demo";
    check_unchanged(ask(change_request()), "published-suites-keep-their-names", "label");
  }
  SECTION("under another key") {
    release_stable();
    changed["suites"][0]["keys"] = {std::string(40, 'E')};
    openpgp_keys = {std::string(40, 'E')};
    check_unchanged(ask(change_request()), "published-suites-keep-a-key", "suite stable");
  }
  SECTION("with a key more") {
    release_stable();
    changed["suites"][0]["keys"].push_back(std::string(40, 'E'));
    openpgp_keys = {std::string(40, 'E')};
    must_change();
  }
}

TEST_CASE_METHOD(PolicyTerminal, "change-policy: a key that was elsewhere stays marked") {
  changed["exposed_keys"] = {kFingerprint};
  must_change();
  changed["exposed_keys"] = Json::array();
  Json request = change_request();
  request["signatures"].push_back(
      {{"approver", "carol"}, {"signature", sign("carol", request["statement"])}});
  check_unchanged(ask(request), "exposed-keys-stay-marked", kFingerprint);
}

TEST_CASE_METHOD(PolicyTerminal, "change-policy: keys that are handed in") {
  std::string rule = "openpgp-keys-are-those-of-the-policy";
  SECTION("an OpenPGP key that the policy does not name") { openpgp_keys = {std::string(40, 'F')}; }
  SECTION("a key of a suite that is not handed in") {
    changed["suites"][0]["keys"].push_back(std::string(40, 'E'));
  }
  SECTION("an APK key without its certificate") {
    rule = "certificates-are-those-of-the-policy";
    changed["apk_keys"].push_back({{"name", "newer"},
                                   {"keygrip", p256_grip()},
                                   {"certificate_sha256", sha256("certificate").hex()},
                                   {"packages", Json::array()}});
  }
  check_unchanged(ask(change_request()), rule, "");
}

TEST_CASE_METHOD(PolicyTerminal, "change-policy: an application that was released keeps its key") {
  const auto& newer = apk_test::shared_p256().certificate();
  const std::string newer_sha256 = sha256(as_text(newer)).hex();
  const Json key = {{"name", "newer"},
                    {"keygrip", p256_grip()},
                    {"certificate_sha256", newer_sha256},
                    {"packages", {"org.example.test"}}};
  apk_certificates = {{{"name", "newer"}, {"der_base64", base64_encode(newer)}}};
  changed["apk_keys"][0]["packages"] = Json::array();
  changed["apk_keys"].push_back(key);
  SECTION("nothing was released: any key") { must_change(); }
  SECTION("another key") {
    must_accept(apk_release("1.0", apk_bytes()));
    check_unchanged(ask(change_request()), "applications-keep-their-keys", "org.example.test");
  }
  SECTION("no key") {
    must_accept(apk_release("1.0", apk_bytes()));
    changed["apk_keys"][1]["packages"] = {"org.example.other"};
    check_unchanged(ask(change_request()), "applications-keep-their-keys", "org.example.test");
  }
  SECTION("the name of its key, with another certificate") {
    must_accept(apk_release("1.0", apk_bytes()));
    changed["apk_keys"] = {key};
    changed["apk_keys"][0]["name"] = "app";
    apk_certificates[0]["name"] = "app";
    check_unchanged(ask(change_request()), "applications-keep-their-keys", "org.example.test");
  }
  SECTION("a key that rotates it, and then stays") {
    must_accept(apk_release("1.0", apk_bytes()));
    changed["apk_keys"][1]["rotates"] = {{"key", "app"}};
    must_change();
    CHECK(root.read("public/apk-newer.der") == as_text(newer));
    REQUIRE(ask({{"type", "sign-apk-lineage"}, {"key", "newer"}}).ok());
    keys.signatures = 0;
    changed["apk_keys"][1].erase("rotates");
    Json request = change_request();
    request["signatures"].push_back(
        {{"approver", "carol"}, {"signature", sign("carol", request["statement"])}});
    check_unchanged(ask(request), "applications-keep-their-keys", "org.example.test");
  }
  SECTION("a rotation that was handed out, before any release") {
    changed["apk_keys"][1]["rotates"] = {{"key", "app"}};
    must_change();
    REQUIRE(ask({{"type", "sign-apk-lineage"}, {"key", "newer"}}).ok());
    keys.signatures = 0;
    changed["apk_keys"][1]["rotates"]["capabilities"] = {"auth"};
    Json request = change_request();
    request["signatures"].push_back(
        {{"approver", "carol"}, {"signature", sign("carol", request["statement"])}});
    check_unchanged(ask(request), "rotations-handed-out-stay", "APK key newer");
  }
}

TEST_CASE_METHOD(PolicyTerminal, "change-policy: the release log stays the one that it was") {
  SECTION("another key") {
    const ssh_test::SoftKey other(ssh_test::SoftKind::kEd25519);
    changed["log_keys"][0]["key"] = SshPublicKey::from_blob(other.public_blob())->openssh();
    check_unchanged(ask(change_request()), "log-keeps-its-key-and-name", "would become");
  }
  SECTION("another name") {
    changed["origin"] = "Another demo";
    check_unchanged(ask(change_request()), "log-keeps-its-key-and-name", "another-demo/log/t1");
  }
  SECTION("none") {
    changed.erase("log_keys");
    check_unchanged(ask(change_request()), "log-keeps-its-key-and-name", "names no log key");
  }
  SECTION("one for another terminal, too") {
    const ssh_test::SoftKey other(ssh_test::SoftKind::kEd25519);
    changed["log_keys"].push_back(
        {{"terminal", "t2"}, {"key", SshPublicKey::from_blob(other.public_blob())->openssh()}});
    must_change();
  }
}

TEST_CASE_METHOD(PolicyTerminal, "policy change: a Release of the policy before stands no longer") {
  must_accept(deb_release());
  const auto files = indices(stanza_of({}));
  const auto before = sign_release(files);
  REQUIRE(before.ok());
  now += kDay;
  must_change();
  policy_text = changed.dump();
  const auto after = sign_release(files);
  REQUIRE(after.ok());
  CHECK(after->body["date"] > before->body["date"]);
}

}  // namespace
}  // namespace hallmark::signer_test
