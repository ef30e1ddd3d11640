// sign-checksums: SHA256SUMS of what was accepted, and of nothing else. Each forgery is a named
// refusal.
#include "verify/checksums.hpp"

#include <catch2/catch_test_macros.hpp>

#include "signer/sibling_line.hpp"
#include "tests/unit/signer/sibling_fixtures.hpp"
#include "verify/sshsig.hpp"

namespace hallmark::signer_test {
namespace {

Json checksums_request(const std::string& version = "1.0-1") {
  return {{"type", "sign-checksums"}, {"product", "tool"}, {"version", version}};
}

std::string checksum_line(const std::string& bytes, const std::string& name) {
  return sha256(bytes).hex() + "  " + name + "\n";
}

Json withdraw_tool(const TestTerminal& terminal, const std::string& version,
                   const std::string& suite = kEverySuite) {
  const WithdrawStatement said{"tool",       sha256(terminal.policy_text), version, suite,
                               "demo-group", terminal.now + 30 * kDay};
  return terminal.approved(
      {{"type", "withdraw"}, {"product", "tool"}, {"version", version}, {"suite", suite}},
      render_statement(said), {"carol"});
}

class ChecksumsTerminal : public TestTerminal {
 public:
  ChecksumsTerminal() { install(); }

  void refused(const Result<Response>& answer, const std::string& rule, const std::string& words) {
    REQUIRE_FALSE(answer.ok());
    const std::string message = answer.error().message();
    INFO(message);
    CHECK(message.find("(rule: " + rule + ")") != std::string::npos);
    CHECK(message.find(words) != std::string::npos);
    CHECK(log_text().find("\"kind\":\"checksums\"") == std::string::npos);
  }
  // What the signer makes of it, by its digest.
  std::string must_sign_apk(const std::string& bytes) {
    Message message;
    message.body = {{"type", "sign-apk"}, {"artefact", sha256(bytes).hex()}};
    message.fds.push_back(deb_test::memory_file(bytes));
    message.fds.push_back(deb_test::memory_file(""));
    const auto answer = send(message);
    INFO((answer.ok() ? "" : answer.error().message()));
    REQUIRE(answer.ok());
    return answer->body["sha256"];
  }
};

TEST_CASE_METHOD(ChecksumsTerminal, "sign-checksums: the packages of a release, signed twice") {
  product_packages.insert("hm-extra");
  // A file name has no epoch.
  const TestRelease release =
      release_of("deb", "1.0-1", {"hm-test_1.0-1_amd64.deb", "hm-extra_1.0-1_all.deb"},
                 {deb_bytes({}), deb_bytes({"hm-extra", "2:1.0-1", "all"})});
  must_accept(release);
  const Json answer = must_answer(checksums_request("1.0-1"));
  const std::string sums = answer["sums"];
  CHECK(sums == checksum_line(release.artefacts.at(1), "hm-extra_1.0-1_all.deb") +
                    checksum_line(release.artefacts.at(0), "hm-test_1.0-1_amd64.deb"));
  CHECK(answer["openpgp"].get<std::string>().starts_with("detached "));
  CHECK(answer["openpgp"].get<std::string>().ends_with(sums));
  CHECK(keys.actions.back() == "Sign the checksums of tool 1.0-1");
  const auto signer = verify_sshsig(answer["sshsig"].get<std::string>(), sums, kChecksumsNamespace);
  REQUIRE(signer.ok());
  CHECK(*signer == log_keys.public_key());
  CHECK_FALSE(verify_sshsig(answer["sshsig"].get<std::string>(), sums, kApprovalNamespace).ok());
  CHECK_FALSE(
      verify_sshsig(answer["sshsig"].get<std::string>(), sums + "x", kChecksumsNamespace).ok());
}

TEST_CASE_METHOD(ChecksumsTerminal,
                 "sign-checksums: ssh-keygen takes the signature, and no changed list") {
  must_accept(deb_release());
  const Json answer = must_answer(checksums_request());
  const auto policy = parse_policy(policy_text, "policy");
  REQUIRE(policy.ok());
  const std::string signers = root.write("allowed_signers", checksums_allowed_signers(*policy));
  const std::string signature = root.write("sshsig", answer["sshsig"].get<std::string>());
  const auto verify = [&](const std::string& text) {
    Command command;
    command.program = "/usr/bin/ssh-keygen";
    command.arguments = {"-Y", "verify",        "-f", signers,
                         "-I", "hallmark-demo", "-n", std::string(kChecksumsNamespace),
                         "-s", signature};
    command.stdin_text = text;
    return run_checked(command, "ssh-keygen").ok();
  };
  const std::string sums = answer["sums"];
  CHECK(verify(sums));
  CHECK_FALSE(verify(sums + checksum_line("evil", "evil.deb")));
}

TEST_CASE_METHOD(ChecksumsTerminal,
                 "sign-checksums: each file is a line of the log; the same again is none") {
  must_accept(deb_release());
  const Json answer = must_answer(checksums_request());
  const std::vector<std::string> lines = lines_of(*this);
  const char* const names[] = {"SHA256SUMS", "SHA256SUMS.asc", "SHA256SUMS.sshsig"};
  const char* const texts[] = {"sums", "openpgp", "sshsig"};
  for (std::size_t i = 0; i < 3; ++i) {
    const Json line = Json::parse(lines.at(lines.size() - 3 + i));
    CHECK(line["kind"] == "checksums");
    CHECK(line["name"] == std::string("releases/tool/1.0-1/") + names[i]);
    CHECK(line["product"] == "tool");
    CHECK(line["version"] == "1.0-1");
    CHECK(line["sha256"] == sha256(answer[texts[i]].get<std::string>()).hex());
    CHECK_FALSE(line.contains("follows"));
  }
  const std::string log_key = log_keys.public_key().fingerprint();
  CHECK(Json::parse(lines.at(lines.size() - 3))["keys"] == Json({kFingerprint, log_key}));
  CHECK(Json::parse(lines.at(lines.size() - 2))["keys"] == Json({kFingerprint}));
  CHECK(Json::parse(lines.at(lines.size() - 1))["keys"] == Json::array({log_key}));

  const std::string log_then = log_text();
  now += kDay;
  open();
  keys.broken = log_keys.broken = true;
  CHECK(must_answer(checksums_request()) == answer);
  CHECK(log_text() == log_then);
}

TEST_CASE_METHOD(ChecksumsTerminal,
                 "sign-checksums: after a crash before the log, the same bytes and lines") {
  must_accept(deb_release());
  const Json answer = must_answer(checksums_request());
  const std::string log_then = log_text();
  // What the state has committed, and the file has not: torn within the second of the three lines.
  const std::size_t torn = log_then.rfind('\n', log_then.size() - 2) - 10;
  root.write("sign/log/release.log", log_then.substr(0, torn));
  open();
  CHECK(must_answer(checksums_request()) == answer);
  CHECK(log_text() == log_then);
}

TEST_CASE_METHOD(ChecksumsTerminal, "sign-checksums: source packages are listed too") {
  const source_test::TestSource from;
  const TestRelease release = sourced_release(from);
  must_accept(release);
  const std::string sums = must_answer(checksums_request())["sums"];
  for (const auto& [name, bytes] : from.all()) {
    INFO(name);
    CHECK(sums.find(checksum_line(bytes, name)) != std::string::npos);
  }
}

TEST_CASE_METHOD(ChecksumsTerminal, "sign-checksums: what was never accepted") {
  must_accept(deb_release());
  refused(ask(checksums_request("1.0-2")), "release-was-accepted", "tool 1.0-2: was not accepted");
  Json request = checksums_request();
  request["product"] = "other";
  refused(ask(request), "release-was-accepted", "other");
  CHECK(keys.signatures == 0);
}

TEST_CASE_METHOD(ChecksumsTerminal, "sign-checksums: names that are none") {
  must_accept(deb_release());
  for (const char* name : {"..", "a/b", "a\nb", ""}) {
    Json request = checksums_request();
    request["product"] = name;
    refused(ask(request), "request-can-be-read", "'product'");
    refused(ask(checksums_request(name)), "request-can-be-read", "'version'");
  }
  CHECK_FALSE(ask({{"type", "sign-checksums"}}).ok());
}

TEST_CASE_METHOD(ChecksumsTerminal,
                 "sign-checksums: bytes that a client hands in are not looked at") {
  must_accept(deb_release());
  Json request = checksums_request();
  request["sums"] = checksum_line("evil", "evil.deb");
  const auto answer = ask(request, {checksum_line("evil", "evil.deb")});
  REQUIRE(answer.ok());
  CHECK(answer->body["sums"].get<std::string>().find("evil") == std::string::npos);
}

TEST_CASE_METHOD(ChecksumsTerminal, "sign-checksums: a release that was called back") {
  must_accept(deb_release());
  must_answer(withdraw_tool(*this, "1.0-1"));
  refused(ask(checksums_request()), "release-is-not-withdrawn", "tool 1.0-1: was withdrawn");
}

TEST_CASE_METHOD(ChecksumsTerminal,
                 "sign-checksums: one that was called back since is no longer handed out") {
  must_accept(deb_release());
  must_answer(checksums_request());
  must_answer(withdraw_tool(*this, "1.0-1"));
  const auto answer = ask(checksums_request());
  REQUIRE_FALSE(answer.ok());
  CHECK(answer.error().message().find("release-is-not-withdrawn") != std::string::npos);
  const Json known = must_answer({{"type", "checksums"}})["checksums"];
  REQUIRE(known.size() == 1);
  CHECK(known[0]["stands"] == false);
}

TEST_CASE_METHOD(ChecksumsTerminal, "sign-checksums: an app as it was signed, and not before") {
  const std::string apk = apk_bytes();
  must_accept(apk_release("1.0", apk));
  refused(ask(checksums_request("1.0")), "apks-are-signed", "app.apk");
  CHECK(keys.signatures == 0);
  const std::string signed_sha256 = must_sign_apk(apk);
  const std::string sums = must_answer(checksums_request("1.0"))["sums"];
  CHECK(sums == signed_sha256 + "  org.example.test_1.0.apk\n");
  CHECK(sums.find(sha256(apk).hex()) == std::string::npos);
}

TEST_CASE_METHOD(ChecksumsTerminal, "sign-checksums: by a key that is over, or not here, nothing") {
  must_accept(deb_release());
  keys.change_key = [](OpenPgpSubkey& key) { key.expires = kNow - 1; };
  refused(ask(checksums_request()), "suite-keys-are-not-over", kFingerprint);
  keys.change_key = nullptr;
  keys.missing = {kOpenPgpGrip};
  refused(ask(checksums_request()), "suite-keys-are-in-the-agent", kFingerprint);
}

TEST_CASE_METHOD(ChecksumsTerminal,
                 "sign-checksums: an agent that fails, or signs with another key") {
  must_accept(deb_release());
  log_keys.broken = true;
  CHECK_FALSE(ask(checksums_request()).ok());
  log_keys.broken = false;
  log_keys.key = ssh_test::SoftKey(ssh_test::SoftKind::kEd25519);
  const auto answer = ask(checksums_request());
  REQUIRE_FALSE(answer.ok());
  CHECK(answer.error().message().find("is not the log key's") != std::string::npos);
  CHECK(log_text().find("\"kind\":\"checksums\"") == std::string::npos);
  CHECK(must_answer({{"type", "checksums"}})["checksums"].empty());
}

// Suite lts has a key of its own.
class ChecksumsOfTwoSuites : public ChecksumsTerminal {
 public:
  ChecksumsOfTwoSuites() {
    Json policy = policy_json();
    Json lts = policy["suites"][0];
    lts["name"] = lts["codename"] = "lts";
    lts["keys"] = {std::string(40, 'B')};
    policy["suites"].push_back(lts);
    Json change = policy_change(policy_text, policy);
    change["openpgp_keys"] = {kFingerprint, std::string(40, 'B')};
    must_answer(change);
    policy_text = policy.dump();
    release = deb_release();
    must_accept(release);
  }
  void promote() {
    PromoteStatement said;
    said.product = "tool";
    said.product_sha256 = sha256(release.product);
    said.policy_sha256 = sha256(policy_text);
    said.version = "1.0-1";
    said.files = {{"hm-test_1.0-1_amd64.deb", sha256(release.artefacts.at(0))}};
    said.from = "stable";
    said.to = "lts";
    said.terminal_group = "demo-group";
    said.expires = now + 30 * kDay;
    must_answer(approved({{"type", "promote"},
                          {"product", release.product},
                          {"version", "1.0-1"},
                          {"from", "stable"},
                          {"to", "lts"}},
                         render_statement(said), {"alice", "bob"}));
  }
  Json known() {
    return must_answer(
        {{"type", "checksums"}, {"product", "tool"}, {"version", "1.0-1"}})["checksums"][0];
  }
  TestRelease release;
};

TEST_CASE_METHOD(ChecksumsOfTwoSuites, "sign-checksums: in another suite too, its key signs too") {
  const Json first = must_answer(checksums_request());
  CHECK(known()["current"] == true);
  promote();
  CHECK(known()["stands"] == true);
  CHECK(known()["current"] == false);
  const Json second = must_answer(checksums_request());
  CHECK(second["sums"] == first["sums"]);
  CHECK(second["openpgp"] != first["openpgp"]);
  CHECK(known()["current"] == true);
  const std::vector<std::string> lines = lines_of(*this);
  const Json line = Json::parse(lines.at(lines.size() - 3));
  CHECK(line["keys"] ==
        Json({kFingerprint, std::string(40, 'B'), log_keys.public_key().fingerprint()}));
  CHECK(line["follows"] == sha256(first["sums"].get<std::string>()).hex());
}

TEST_CASE_METHOD(ChecksumsOfTwoSuites,
                 "sign-checksums: what is called back from one suite stands in another") {
  promote();
  must_answer(withdraw_tool(*this, "1.0-1", "stable"));
  must_answer(checksums_request());
  const std::vector<std::string> lines = lines_of(*this);
  CHECK(Json::parse(lines.at(lines.size() - 2))["keys"] == Json({std::string(40, 'B')}));
  must_answer(withdraw_tool(*this, "1.0-1", "lts"));
  const auto answer = ask(checksums_request());
  REQUIRE_FALSE(answer.ok());
  CHECK(answer.error().message().find("release-is-not-withdrawn") != std::string::npos);
}

TEST_CASE_METHOD(Siblings,
                 "sign-checksums: what another terminal signed, until it is called back") {
  release_at(t1);
  const Json answer = t1.must_answer(checksums_request());
  sync(t2, t1);
  const Json ask_for{{"type", "checksums"}, {"product", "tool"}, {"version", "1.0-1"}};
  const Json known = t2.must_answer(ask_for)["checksums"].at(0);
  CHECK(known["terminal"] == "t1");
  CHECK(known["current"] == true);
  CHECK(known["files"][0]["path"] == "releases/tool/1.0-1/SHA256SUMS");
  CHECK(known["files"][2]["sha256"] == sha256(answer["sshsig"].get<std::string>()).hex());

  // It may sign by itself, the same list: its own is then the newest.
  wait(1);
  const Json own = t2.must_answer(checksums_request());
  CHECK(own["sums"] == answer["sums"]);
  CHECK(own["sshsig"] != answer["sshsig"]);
  CHECK(t2.must_answer(ask_for)["checksums"].at(0)["terminal"] == "t2");
  t2.must_answer(withdraw_tool(t1, "1.0-1"));
  CHECK(t2.must_answer(ask_for)["checksums"].at(0)["stands"] == false);
}

TEST_CASE_METHOD(Strangers, "sign-checksums: not before the other terminals were heard") {
  const auto answer = t1.ask(checksums_request());
  REQUIRE_FALSE(answer.ok());
  CHECK(answer.error().message().find("sibling-logs-are-fresh") != std::string::npos);
}

TEST_CASE("sibling line: one of checksums, and what is none") {
  const Json good = {{"terminal", "t2"},
                     {"sequence", 3U},
                     {"time", "2026-11-18T00:00:00Z"},
                     {"kind", "checksums"},
                     {"name", "releases/tool/1:1.0-1/SHA256SUMS.asc"},
                     {"product", "tool"},
                     {"version", "1:1.0-1"},
                     {"size", 12U},
                     {"sha256", std::string(64, 'a')},
                     {"keys", {kFingerprint}}};
  const auto read = read_sibling_line(good.dump(), "t2", 3);
  REQUIRE(read.ok());
  REQUIRE(read->checksums);
  CHECK(read->checksums->name == "SHA256SUMS.asc");
  CHECK(read->checksums->terminal == "t2");
  CHECK(read->checksums->keys == std::vector<std::string>{kFingerprint});
  for (const auto& [key, value] :
       std::vector<std::pair<const char*, Json>>{{"product", "../x"},
                                                 {"version", "a/b"},
                                                 {"sha256", "x"},
                                                 {"size", "1"},
                                                 {"keys", "A"},
                                                 {"keys", Json::array({"A B"})},
                                                 {"keys", Json::array({1U})}}) {
    INFO(key);
    Json line = good;
    line[key] = value;
    CHECK_FALSE(read_sibling_line(line.dump(), "t2", 3).ok());
  }
  Json other = good;
  other["name"] = "releases/other/1:1.0-1/SHA256SUMS.asc";
  const auto elsewhere = read_sibling_line(other.dump(), "t2", 3);
  REQUIRE(elsewhere.ok());
  CHECK_FALSE(elsewhere->checksums);
}

}  // namespace
}  // namespace hallmark::signer_test
