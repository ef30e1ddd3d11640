// sign-checkpoint, and what a published checkpoint says of the signing state.
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <sstream>

#include "tests/unit/signer/signer_fixtures.hpp"
#include "verify/log/log_folder.hpp"
#include "verify/log/log_key.hpp"

namespace hallmark::signer_test {
namespace {

namespace fs = std::filesystem;

class Logged : public TestTerminal {
 public:
  Logged() {
    install();
    must_accept(deb_release());
  }

  NoteKey key() const {
    const auto policy = parse_policy(policy_text, "policy");
    REQUIRE(policy.ok());
    const auto key = log_key_of(*policy, "t1");
    REQUIRE(key.ok());
    return *key;
  }
  std::string folder() const { return root.path("public/log/t1"); }

  Result<Response> checkpoint(const std::vector<std::string>& published = {}) {
    return ask({{"type", "sign-checkpoint"}, {"published_checkpoints", published}});
  }
  std::string must_sign(const std::vector<std::string>& published = {}) {
    const auto signed_log = checkpoint(published);
    INFO((signed_log.ok() ? "" : signed_log.error().message()));
    REQUIRE(signed_log.ok());
    return signed_log->body["checkpoint"];
  }
  // What everybody may verify.
  std::vector<std::string> must_verify() const {
    std::vector<std::string> entries;
    LogVisitor visitor;
    visitor.on_entry = [&](uint64_t, std::string_view entry) {
      entries.emplace_back(entry);
      return ok_status();
    };
    const auto checked = check_log_folder(folder(), key(), {}, visitor);
    INFO((checked.ok() ? "" : checked.error().message()));
    REQUIRE(checked.ok());
    return entries;
  }
  // One line more.
  void grow() {
    REQUIRE_FALSE(ask({{"type", "accept-build"}, {"product", "{"}, {"lock", "{"}}).ok());
  }

  // A copy of sign/, and putting it back, as from a backup.
  void back_up() {
    state.reset();
    log.reset();
    fs::copy(root.path("sign"), root.path("backup"), fs::copy_options::recursive);
    open();
  }
  void restore(bool with_public) {
    state.reset();
    log.reset();
    fs::remove_all(root.path("sign"));
    fs::copy(root.path("backup"), root.path("sign"), fs::copy_options::recursive);
    if (with_public) fs::remove_all(folder());
    open();
  }
  void refused(const Result<Response>& answer, const std::string& rule, const std::string& words) {
    REQUIRE_FALSE(answer.ok());
    const std::string message = answer.error().message();
    INFO(message);
    CHECK(message.find("(rule: " + rule + ")") != std::string::npos);
    CHECK(message.find(words) != std::string::npos);
  }
};

TEST_CASE_METHOD(Logged, "checkpoint: what is served holds every line of the log") {
  must_sign();
  const std::vector<std::string> entries = must_verify();
  std::istringstream lines(log_text());
  std::string line;
  std::size_t count = 0;
  while (std::getline(lines, line)) CHECK(entries.at(count++) == line);
  CHECK(entries.size() == count);
}

TEST_CASE_METHOD(Logged, "checkpoint: it names its log after the policy's origin, and says demo") {
  CHECK(must_sign().starts_with("hallmark-demo/log/t1\n2\n"));
}

TEST_CASE_METHOD(Logged,
                 "checkpoint: a log that did not grow keeps it, one that grew gets another") {
  const std::string first = must_sign();
  CHECK(must_sign() == first);
  CHECK(log_keys.signatures == 1);
  grow();
  const std::string second = must_sign({first});
  CHECK(second != first);
  CHECK(must_verify().size() == 3);
  const auto older = open_checkpoint(first, key());
  REQUIRE(older.ok());
  const std::vector<Checkpoint> before = {*older};
  LogVisitor visitor;
  visitor.on_entry = [](uint64_t, std::string_view) { return ok_status(); };
  CHECK(check_log_folder(folder(), key(), before, visitor).ok());
}

TEST_CASE_METHOD(Logged,
                 "checkpoint: a file of the folder that was lost or changed is written again") {
  must_sign();
  const std::string tile = "public/log/t1/tile/0/000.p/2";
  SECTION("lost") { fs::remove_all(folder()); }
  SECTION("changed") { root.write(tile, std::string(64, 'x')); }
  must_sign();
  must_verify();
}

TEST_CASE_METHOD(Logged, "checkpoint: without its agent nothing is promised") {
  log_keys.broken = true;
  CHECK_FALSE(checkpoint().ok());
  CHECK_FALSE(fs::exists(folder() + "/checkpoint"));
  log_keys.broken = false;
  must_sign();
  must_verify();
}

TEST_CASE_METHOD(Logged, "checkpoint: another key's signature is not handed out") {
  log_keys.key = ssh_test::SoftKey(ssh_test::SoftKind::kEd25519);
  const auto signed_log = checkpoint();
  REQUIRE_FALSE(signed_log.ok());
  CHECK(signed_log.error().message().find("not the log key's") != std::string::npos);
  CHECK_FALSE(fs::exists(folder() + "/checkpoint"));
}

TEST_CASE_METHOD(Logged, "checkpoint: a line that was changed in the log's middle is noticed") {
  grow();
  std::string text = log_text();
  text[text.find("policy.json")] = 'x';
  root.write("sign/log/release.log", text);
  open();
  refused(checkpoint(), "log-file-is-what-was-written", "another line");
  CHECK(log_keys.signatures == 0);
}

TEST_CASE_METHOD(Logged, "published log: the answer says whether it was compared") {
  CHECK(checkpoint()->body["published_log"] == "not compared");
  const std::string note = must_sign();
  CHECK(checkpoint({note})->body["published_log"] == "agrees");
  grow();
  CHECK(checkpoint({note})->body["published_log"] == "agrees");
  grow();
  CHECK(checkpoint({note})->body["published_log"] == "agrees");  // an older one than the last
  CHECK(sign_release(indices(stanza_of({})))->body["published_log"] == "not compared");
}

TEST_CASE_METHOD(Logged, "published log: an old state restored signs nothing more") {
  back_up();
  grow();
  const std::string published = must_sign();
  std::vector<std::string> handed_in = {published};
  SECTION("the checkpoint is handed in, and the log is shorter") { restore(true); }
  SECTION("the checkpoint is handed in, and the log has grown otherwise") {
    restore(true);
    now += 60;
    grow();
  }
  SECTION("the signer's own public folder gives it away") {
    restore(false);
    handed_in.clear();
  }
  const auto refusal = checkpoint(handed_in);
  refused(refusal, "published-log-is-the-beginning-of-this-one", "old copy");
  // And so it stays, whatever the next request leaves out.
  refused(checkpoint(), "no-contradiction-stands", "old copy");
  refused(sign_release(indices(stanza_of({}))), "no-contradiction-stands", "old copy");
  refused(accept(deb_release("2.0-1")), "no-contradiction-stands", "old copy");
  CHECK(ask({{"type", "status"}}).ok());
  CHECK(log_keys.signatures == 1);
  CHECK(keys.signatures == 0);
}

TEST_CASE_METHOD(Logged, "published log: what is not this terminal's is refused") {
  const std::string note = must_sign();
  std::string forged = note;
  SECTION("another key") {
    const ssh_test::SoftKey other(ssh_test::SoftKind::kEd25519);
    const auto line = SshPublicKey::from_blob(other.public_blob());
    REQUIRE(line.ok());
    const std::string text = note.substr(0, note.find("\n\n") + 1);
    const auto other_key = NoteKey::from_ssh("hallmark-demo/log/t1", *line);
    REQUIRE(other_key.ok());
    forged = make_note(text, other_key->signature_line(other.sign(text).substr(19)));
  }
  SECTION("a changed size") { forged.replace(forged.find("\n2\n"), 3, "\n3\n"); }
  SECTION("no note") { forged = "not found"; }
  refused(sign_release({}), "indices-are-exactly-the-suites", "");
  refused(checkpoint({forged}), "published-checkpoints-are-this-terminals", "is not of this");
  // It says nothing of the state: the right one is taken as before.
  CHECK(checkpoint({note}).ok());
}

TEST_CASE_METHOD(TestTerminal, "install-policy: the log key is the one that the agent offers") {
  Json policy = Json::parse(policy_text);
  SECTION("named for another terminal") {
    policy["log_keys"][0]["terminal"] = "t2";
    policy_text = policy.dump();
    check_refused(*this, ask(install_request()), "log-key-is-the-agents", "names no log key");
  }
  SECTION("another key") {
    log_keys.key = ssh_test::SoftKey(ssh_test::SoftKind::kEd25519);
    check_refused(*this, ask(install_request()), "log-key-is-the-agents", "not the only key");
  }
  SECTION("of a type that signs no notes") {
    const ssh_test::SoftKey rsa(ssh_test::SoftKind::kRsa);
    policy["log_keys"][0]["key"] = SshPublicKey::from_blob(rsa.public_blob())->openssh();
    policy_text = policy.dump();
    check_refused(*this, ask(install_request()), "log-key-is-the-agents", "must be ssh-ed25519");
  }
}

TEST_CASE_METHOD(Logged, "log: a Release's lines name the Release that it follows") {
  REQUIRE(sign_release(indices(stanza_of({}))).ok());
  const auto follows = [this] {
    const std::string text = log_text();
    const Json leaf = Json::parse(text.substr(text.rfind('\n', text.size() - 2) + 1));
    return leaf.value("follows", std::string());
  };
  CHECK(follows().empty());
  const auto first = state->newest_release("stable");
  REQUIRE(first.ok());
  now += 20 * kDay;
  REQUIRE(sign_release(indices(stanza_of({}))).ok());
  CHECK(follows() == sha256((*first)->release).hex());
}

}  // namespace
}  // namespace hallmark::signer_test
