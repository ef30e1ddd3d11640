// accept-build: each thing that can be handed in wrongly is a named refusal, and is in the log.
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/signer_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

class Installed : public TestTerminal {
 public:
  Installed() { install(); }
};

TEST_CASE_METHOD(Installed, "accept-build: a good build is accepted and its stanza derived") {
  const auto answer = accept(deb_release());
  REQUIRE(answer.ok());
  const Json& accepted = answer->body["accepted"];
  REQUIRE(accepted.size() == 1);
  CHECK(accepted[0]["name"] == "hm-test_1.0-1_amd64.deb");
  CHECK(accepted[0]["stanza"].get<std::string>() + "\n" == stanza_of({}));
  CHECK(log_text().find("\"approvers\":[\"alice\",\"bob\"]") != std::string::npos);
}

TEST_CASE_METHOD(Installed,
                 "accept-build: the same build again gives the same answer, once logged") {
  const TestRelease release = deb_release();
  const auto first = accept(release);
  const std::string log_then = log_text();
  now += 40 * kDay;  // its approval is long over
  open();
  const auto second = accept(release);
  REQUIRE((first.ok() && second.ok()));
  CHECK(first->body == second->body);
  CHECK(log_text() == log_then);
}

TEST_CASE_METHOD(TestTerminal, "accept-build: nothing is accepted without a policy") {
  check_refused(*this, accept(deb_release()), "a-policy-is-installed", "is not installed");
}

TEST_CASE_METHOD(Installed, "accept-build: a lock of another product file") {
  TestRelease release = deb_release();
  release.product += "\n";
  check_refused(*this, accept(release), "lock-is-of-this-product", "another product file");
}

TEST_CASE_METHOD(Installed, "accept-build: a lock that is no lock") {
  TestRelease release = deb_release();
  release.lock = "{}";
  check_refused(*this, accept(release), "lock-is-of-this-product", "lock");
}

// --- Records: only the builder's word counts ---

TEST_CASE_METHOD(Installed, "accept-build: a build record handed in by the CLI, not the builder") {
  const TestRelease release = deb_release();
  builder = ::geteuid() + 1;  // the spool and its file are somebody else's now
  check_refused(*this, accept(release), "record-is-from-the-builder", "not to hallmark-build");
}

TEST_CASE_METHOD(Installed, "accept-build: a record by another user in the builder's spool") {
  if (::geteuid() != 0) return;  // only root can give a file away
  const TestRelease release = deb_release();
  REQUIRE(::chown(root.path("spool/records/" + release.record_hex + ".json").c_str(), 12345, 0) ==
          0);
  check_refused(*this, accept(release), "record-is-from-the-builder", "belongs to uid 12345");
}

TEST_CASE_METHOD(Installed, "accept-build: a spool that others can write to") {
  const TestRelease release = deb_release();
  SECTION("the folder") { REQUIRE(::chmod(root.path("spool/records").c_str(), 0777) == 0); }
  SECTION("the folder above") { REQUIRE(::chmod(root.path("spool").c_str(), 0777) == 0); }
  SECTION("the file") {
    const std::string file = root.path("spool/records/" + release.record_hex + ".json");
    REQUIRE(::chmod(file.c_str(), 0666) == 0);
  }
  check_refused(*this, accept(release), "record-is-from-the-builder", "can be written by others");
}

TEST_CASE_METHOD(Installed, "accept-build: a symbolic link in the spool") {
  const TestRelease release = deb_release();
  const std::string file = root.path("spool/records/" + release.record_hex + ".json");
  REQUIRE(::rename(file.c_str(), root.path("elsewhere.json").c_str()) == 0);
  REQUIRE(::symlink(root.path("elsewhere.json").c_str(), file.c_str()) == 0);
  check_refused(*this, accept(release), "record-is-from-the-builder",
                "is not in the builder's spool");
}

TEST_CASE_METHOD(Installed, "accept-build: a record that is not there, or not what its name says") {
  TestRelease release = deb_release();
  SECTION("absent") {
    release.record_hex = sha256("nothing").hex();
    check_refused(*this, accept(release), "record-is-from-the-builder", "is not in the builder's");
  }
  SECTION("changed") {
    root.write("spool/records/" + release.record_hex + ".json", release.record + " ");
    check_refused(*this, accept(release), "record-is-from-the-builder", "does not have the digest");
  }
  SECTION("a path for a name") {
    release.record_hex = "../../etc/passwd";
    check_refused(*this, accept(release), "record-is-from-the-builder", "hexadecimal");
  }
}

TEST_CASE_METHOD(Installed, "accept-build: a record of something else") {
  TestRelease release = deb_release();
  Json record = Json::parse(release.record);
  std::string words;
  SECTION("another lock") {
    record["lock_sha256"] = sha256("other").hex();
    words = "is of the lock";
  }
  SECTION("another version") {
    record["version"] = "2.0-1";
    words = "is of tool 2.0-1";
  }
  SECTION("another target") {
    record["target"]["architecture"] = "arm64";
    words = "which the lock does not have";
  }
  SECTION("another environment") {
    record["environment_sha256"] = sha256("other").hex();
    words = "another environment";
  }
  put_record(release, record);
  check_refused(*this, accept(release), "record-is-of-this-lock", words);
}

// --- Approvals ---

TEST_CASE_METHOD(Installed, "accept-build: a lock approved by one of three") {
  TestRelease release = deb_release();
  release.signatures.pop_back();
  check_refused(*this, accept(release), "approved-by-enough-people", "counts 1 of the 2 people");
}

TEST_CASE_METHOD(TestTerminal, "accept-build: as many people as the suite needs") {
  Json policy = Json::parse(policy_text);
  policy["thresholds"] = {{{"suite", "stable"}, {"people", 3}}};
  policy_text = policy.dump();
  install();
  TestRelease release = deb_release();
  check_refused(*this, accept(release), "approved-by-enough-people", "counts 2 of the 3 people");
  release.signatures.emplace_back("carol", sign("carol", release.statement));
  must_accept(release);
}

TEST_CASE_METHOD(Installed, "accept-build: one person's two keys are one person") {
  TestRelease release = deb_release();
  release.signatures = {{"carol", sign("carol", release.statement)},
                        {"carol", sign("carol-2", release.statement)}};
  check_refused(*this, accept(release), "approved-by-enough-people", "counts 1 of the 2 people");
}

TEST_CASE_METHOD(Installed, "accept-build: a signature under another person's name") {
  TestRelease release = deb_release();
  release.signatures[1].second = release.signatures[0].second;
  check_refused(*this, accept(release), "approved-by-enough-people", "'bob' does not own the key");
}

TEST_CASE_METHOD(Installed, "accept-build: a signature by nobody in the policy") {
  TestRelease release = deb_release();
  release.signatures[1].first = "mallory";
  check_refused(*this, accept(release), "approved-by-enough-people", "'mallory' is no approver");
}

TEST_CASE_METHOD(Installed, "accept-build: a signature in another namespace") {
  TestRelease release = deb_release();
  release.signatures[1].second = sign("bob", release.statement, "git");
  check_refused(*this, accept(release), "approved-by-enough-people", "'bob'");
}

TEST_CASE_METHOD(Installed, "accept-build: a signature over a weaker hash of the statement") {
  TestRelease release = deb_release();
  ssh_test::Envelope envelope;
  envelope.name_space = kApprovalNamespace;
  envelope.message = release.statement;
  envelope.hash = "sha256";
  release.signatures[1].second = ssh_test::armor(envelope.by(approver_keys.at("bob")));
  check_refused(*this, accept(release), "approved-by-enough-people", "'bob' uses a hash other");
}

TEST_CASE_METHOD(Installed, "accept-build: approvals for something else") {
  TestRelease release = deb_release();
  ApprovalStatement statement = statement_of(release, "1.0-1");
  std::string words;
  SECTION("another lock") {
    statement.lock_sha256 = sha256("other");
    words = "says 'lock: sha256:" + sha256("other").hex() + "' where 'lock: ";
  }
  SECTION("another product file") {
    statement.product_sha256 = sha256("other");
    words = "product-file: sha256:";
  }
  SECTION("another policy") {
    statement.policy_sha256 = sha256("other");
    words = "says 'policy: sha256:";
  }
  SECTION("another version") {
    statement.version = "2.0-1";
    words = "says 'version: 2.0-1' where 'version: 1.0-1' is needed";
  }
  SECTION("other suites") {
    statement.suites = "testing/main";
    words = "testing/main";
  }
  SECTION("other terminals") {
    statement.terminal_group = "others";
    words = "terminal-group: others";
  }
  SECTION("another action") {
    statement.action = "withdraw";
    words = "withdraw";
  }
  release.statement = render_statement(statement);
  release.signatures = {{"alice", sign("alice", release.statement)},
                        {"bob", sign("bob", release.statement)}};
  check_refused(*this, accept(release), "approval-names-this-release", words);
}

TEST_CASE_METHOD(Installed, "accept-build: an approval that is not canonical text") {
  TestRelease release = deb_release();
  SECTION("a line more") { release.statement += "also: this\n"; }
  SECTION("a line before") { release.statement = "\n" + release.statement; }
  SECTION("carriage returns") { release.statement.insert(release.statement.find('\n'), "\r"); }
  release.signatures = {{"alice", sign("alice", release.statement)},
                        {"bob", sign("bob", release.statement)}};
  check_refused(*this, accept(release), "approval-names-this-release", "");
}

TEST_CASE_METHOD(Installed, "accept-build: an approval that is over, or reaches too far") {
  TestRelease release = deb_release();
  SECTION("over") {
    now += 30 * kDay;
    check_refused(*this, accept(release), "approval-is-in-force", "expired at");
  }
  SECTION("too far") {
    now += 61 * kDay;
    approve(release, "1.0-1");
    now -= 61 * kDay;
    check_refused(*this, accept(release), "approval-is-in-force", "more than 90 days");
  }
}

TEST_CASE_METHOD(Installed, "accept-build: an approval is used up by what it authorised") {
  must_accept(deb_release());
  TestPackage other;
  other.depends = "evil";
  const TestRelease release = deb_release(std::vector{other});
  check_refused(*this, accept(release), "approval-is-not-used-up", "was used up by build record");
}

// No builder can say of itself what others have to say of it.
TEST_CASE_METHOD(Installed, "accept-build: a record that claims to be rebuilt") {
  TestRelease release = deb_release();
  Json record = Json::parse(release.record);
  record["evidence"] = "rebuilt";
  put_record(release, record);
  check_refused(*this, accept(release), "record-is-from-the-builder",
                "must be prebuilt, built or reproduced");
}

TEST_CASE_METHOD(Installed, "accept-build: less evidence than the policy asks for") {
  TestRelease release = deb_release();
  Json record = Json::parse(release.record);
  record["evidence"] = "built";
  put_record(release, record);
  check_refused(*this, accept(release), "evidence-reaches-the-policy", "'reproduced' is needed");
}

TEST_CASE_METHOD(Installed, "accept-build: a suite, component or architecture not in the policy") {
  TestRelease release = deb_release();
  Json lock = lock_json(release.product, "1.0-1");
  std::string words;
  SECTION("suite") {
    lock["targets"][0]["suite"] = "testing";
    words = "suite testing";
  }
  SECTION("component") {
    lock["targets"][0]["component"] = "contrib";
    words = "component contrib";
  }
  SECTION("architecture") {
    lock["targets"][0]["architecture"] = "riscv64";
    words = "architecture riscv64";
  }
  release.lock = *canonical_dump(lock);
  Json record = record_json(release, "1.0-1", {"hm-test_1.0-1_amd64.deb"});
  record["target"] = lock["targets"][0];
  put_record(release, record);
  check_refused(*this, accept(release), "targets-are-in-the-policy", words);
}

}  // namespace
}  // namespace hallmark::signer_test
