#include "verify/attestation.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "core/digest.hpp"
#include "core/json.hpp"
#include "tests/unit/tools.hpp"
#include "verify/sshsig.hpp"

namespace {

using namespace hallmark;
using hallmark::test::run_tool;
using hallmark::test::TestFolder;

BuildRecord a_record() {
  BuildRecord record;
  record.product = "figlet";
  record.version = "2.2.5-3";
  record.lock_sha256 = sha256("lock");
  record.target = {"stable", "main", "amd64", "bookworm"};
  record.environment_sha256 = sha256("environment");
  record.evidence = Evidence::kReproduced;
  record.built_at = 1797811200;
  record.variations = {"path", "time zone"};
  record.artefacts = {{"figlet_2.2.5-3_amd64.deb", 7, sha256("deb")},
                      {"figlet-dbgsym_2.2.5-3_amd64.deb", 9, sha256("dbgsym")}};
  return record;
}

// A rebuilder with a key of its own.
class Rebuilder {
 public:
  Rebuilder() {
    run_tool("/usr/bin/ssh-keygen",
             {"-q", "-t", "ed25519", "-N", "", "-C", "a comment", "-f", folder_.path("key")});
  }
  SshPublicKey key() const { return SshPublicKey::parse(folder_.read("key.pub")).value(); }

  std::string sign(const std::string& bytes, const std::string& name_space = "hallmark-rebuild@v1",
                   const std::string& hash = "sha512") const {
    return run_tool(
        "/usr/bin/ssh-keygen",
        {"-q", "-Y", "sign", "-n", name_space, "-O", "hashalg=" + hash, "-f", folder_.path("key")},
        bytes);
  }
  std::string envelope_of(const std::string& statement) const {
    return attestation_envelope(statement, sign(pre_authentication(statement))).value();
  }
  std::string attest(const BuildRecord& record) const {
    return envelope_of(attestation_statement(record));
  }

 private:
  TestFolder folder_;
};

std::string envelope_cause(const std::string& envelope) {
  const auto read = read_attestation(envelope, "a.attestation.json");
  return read.ok() ? "accepted" : read.error().message();
}

bool signed_by(const std::string& envelope, const SshPublicKey& key) {
  const auto read = read_attestation(envelope, "a");
  REQUIRE(read.ok());
  const auto signer = verify_attestation(*read, {key}, "a");
  if (signer.ok()) return *signer == key;
  CHECK(signer.error().kind == ErrorKind::kVerification);
  return false;
}

// The statement of a record, with one value in it changed.
std::string changed(const std::string& pointer, const Json& value) {
  Json statement = Json::parse(attestation_statement(a_record()));
  statement[Json::json_pointer(pointer)] = value;
  return statement.dump();
}

std::string statement_cause(const std::string& statement) {
  const auto read = read_attestation_statement(statement, "a");
  return read.ok() ? "accepted" : read.error().message();
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("an attestation says what its record says, and ssh-keygen verifies it") {
  const Rebuilder rebuilder;
  const std::string envelope = rebuilder.attest(a_record());
  const auto read = read_attestation(envelope, "a");
  REQUIRE(read.ok());
  BuildRecord expected = a_record();
  std::swap(expected.artefacts[0], expected.artefacts[1]);  // sorted by name
  CHECK(to_json(read->record) == to_json(expected));
  CHECK(read->claimed_key == rebuilder.key());
  CHECK(signed_by(envelope, rebuilder.key()));

  const TestFolder folder;
  folder.write("sig", read->signature);
  folder.write("allowed", "r " + rebuilder.key().openssh() + "\n");
  run_tool("/usr/bin/ssh-keygen",
           {"-q", "-Y", "verify", "-n", "hallmark-rebuild@v1", "-I", "r", "-f",
            folder.path("allowed"), "-s", folder.path("sig")},
           read->signed_bytes);
}

TEST_CASE("the pre-authentication encoding is that of DSSE") {
  CHECK(pre_authentication("{}") == "DSSEv1 28 application/vnd.in-toto+json 2 {}");
}

TEST_CASE("one set of artefacts has one statement") {
  BuildRecord other = a_record();
  std::swap(other.artefacts[0], other.artefacts[1]);
  CHECK(attestation_statement(other) == attestation_statement(a_record()));
}

TEST_CASE("an attestation counts only by the key it is asked for") {
  const Rebuilder rebuilder;
  const Rebuilder stranger;
  const std::string envelope = rebuilder.attest(a_record());
  CHECK_FALSE(signed_by(envelope, stranger.key()));

  SECTION("a signature for another namespace") {
    const std::string statement = attestation_statement(a_record());
    const std::string approval =
        rebuilder.sign(pre_authentication(statement), "hallmark-approval@v1");
    CHECK_FALSE(signed_by(attestation_envelope(statement, approval).value(), rebuilder.key()));
  }
  SECTION("a signature with another hash") {
    const std::string statement = attestation_statement(a_record());
    const std::string short_hash =
        rebuilder.sign(pre_authentication(statement), "hallmark-rebuild@v1", "sha256");
    CHECK_FALSE(signed_by(attestation_envelope(statement, short_hash).value(), rebuilder.key()));
  }
  SECTION("a signature over the bare statement") {
    const std::string statement = attestation_statement(a_record());
    const std::string bare = rebuilder.sign(statement);
    CHECK_FALSE(signed_by(attestation_envelope(statement, bare).value(), rebuilder.key()));
  }
  SECTION("the signature of another attestation") {
    BuildRecord other = a_record();
    other.artefacts[0].sha256 = sha256("evil");
    const std::string signature = read_attestation(envelope, "a")->signature;
    const std::string forged =
        attestation_envelope(attestation_statement(other), signature).value();
    CHECK_FALSE(signed_by(forged, rebuilder.key()));
  }
}

TEST_CASE("an envelope has one form") {
  const Rebuilder rebuilder;
  const std::string good = rebuilder.attest(a_record());
  REQUIRE(envelope_cause(good) == "accepted");
  const std::string other_form =
      "a.attestation.json: is not in the form that an attestation must have";

  CHECK(envelope_cause(replaced(good, "\n", "")) == other_form);
  CHECK(envelope_cause(" " + good) == other_form);
  CHECK(envelope_cause("// a comment\n" + good) == other_form);
  CHECK(envelope_cause(replaced(good, "\"keyid\":\"SHA256:", "\"keyid\":\"SHA256:x")) ==
        other_form);
  CHECK(envelope_cause(replaced(good, "{\"payload\"", "{\"note\":1,\"payload\"")) ==
        "a.attestation.json:1: note is not a known key");
  CHECK(envelope_cause(replaced(good, "in-toto+json", "in-toto")) ==
        "a.attestation.json:1: payloadType must be application/vnd.in-toto+json");
  CHECK(envelope_cause(replaced(good, "\"payload\":\"", "\"payload\":\"*")) ==
        "a.attestation.json: its payload is not base64");
  CHECK(envelope_cause(replaced(good, "\"sig\":\"", "\"sig\":\"AAAA")) ==
        "SSH signature: is malformed");
  CHECK(envelope_cause(std::string((4U << 20U) + 1, ' ')) ==
        "a.attestation.json: is larger than an attestation may be (4 MiB)");
  CHECK(envelope_cause("[]") == "a.attestation.json:1: the document must be an object");
  CHECK(envelope_cause("") == "a.attestation.json:1: is not valid JSON");
}

TEST_CASE("an envelope holds exactly one signature") {
  const Rebuilder rebuilder;
  Json envelope = Json::parse(rebuilder.attest(a_record()));
  const std::string expected = "a.attestation.json:1: signatures must be exactly one";
  envelope["signatures"].push_back(envelope["signatures"][0]);
  CHECK(envelope_cause(envelope.dump() + "\n") == expected);
  envelope["signatures"] = Json::array();
  CHECK(envelope_cause(envelope.dump() + "\n") == expected);
}

TEST_CASE("a signature that is too long for one is no signature") {
  const Rebuilder rebuilder;
  Json envelope = Json::parse(rebuilder.attest(a_record()));
  envelope["signatures"][0]["sig"] = base64_encode(as_bytes(std::string(40000, 'x')));
  CHECK(envelope_cause(envelope.dump() + "\n") == "SSH signature: is malformed");
}

TEST_CASE("a statement has one form") {
  const std::string good = attestation_statement(a_record());
  REQUIRE(statement_cause(good) == "accepted");
  const std::string other_form = "a: its statement is not in the form that it must have";

  CHECK(statement_cause(good + "\n") == other_form);
  CHECK(statement_cause(changed("/note", "hello")) == other_form);
  CHECK(statement_cause(changed("/_type", "https://in-toto.io/Statement/v0.1")) == other_form);
  CHECK(statement_cause(changed("/predicateType", "https://example.org/x")) == other_form);
  CHECK(statement_cause(changed("/predicate/buildDefinition/buildType", "x")) == other_form);
  CHECK(statement_cause(changed("/predicate/runDetails/builder/id", "x")) == other_form);
  CHECK(statement_cause(changed("/predicate/buildDefinition/resolvedDependencies/0/digest/sha256",
                                sha256("another lock").hex())) == other_form);
}

TEST_CASE("a statement of nothing, or of what nobody can have built, is refused") {
  const std::string external = "/predicate/buildDefinition/externalParameters/";
  const std::string internal = "/predicate/buildDefinition/internalParameters/";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {changed("/subject", Json::array()), "a:1: subject must be an array, and not empty"},
      {changed("/subject", 1), "a:1: subject must be an array, and not empty"},
      {changed("/subject/0/name", "../../etc/passwd"),
       "a:1: subject/0/name must be a plain name (letters, digits and + - . _ ~)"},
      {changed("/subject/0/name", "figlet_2.2.5-3_amd64.deb"),
       "a:1: subject/1/name must come after the one before it"},
      {changed("/subject/0/name", "zoo"), "a:1: subject/1/name must come after the one before it"},
      {changed("/subject/0/annotations/size", -1),
       "a:1: subject/0/annotations/size must not be negative"},
      {changed("/subject/0/digest/sha256", "00"),
       "a:1: subject/0/digest/sha256 must be a SHA-256 digest: 64 lower-case hexadecimal digits"},
      {changed(external + "product", "a/b"),
       "a:1: predicate/buildDefinition/externalParameters/product must be a plain name (letters, "
       "digits and + - . _ ~)"},
      {changed(external + "version", "1 2"),
       "a:1: predicate/buildDefinition/externalParameters/version must be a version"},
      {changed(internal + "evidence", "prebuilt"),
       "a:1: predicate/buildDefinition/internalParameters/evidence must be built or reproduced"},
      {changed(internal + "variations", {"path", "\x1b[2J"}),
       "a:1: predicate/buildDefinition/internalParameters/variations must be short lines of text"},
      {changed("/predicate/runDetails/metadata/finishedOn", "yesterday"),
       "a:1: predicate/runDetails/metadata/finishedOn must be a time such as 2026-12-21T00:00:00Z"},
      {changed("/predicate", Json::object()),
       "a:1: predicate/buildDefinition/externalParameters is missing"},
      {changed("/predicate", {1, 2}),
       "a:1: predicate/buildDefinition/externalParameters is missing"},
      {"[]", "a:1: predicate/buildDefinition/externalParameters is missing"},
      {"{\"a\":1,\"a\":2}", "a: repeats the key 'a'"},
  };
  for (const auto& [statement, expected] : cases) CHECK(statement_cause(statement) == expected);
}
