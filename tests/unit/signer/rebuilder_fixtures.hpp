// A terminal whose policy asks for two of three rebuilders: north (which has two keys), south and
// east; and what they say.
#pragma once

#include "signer/rebuilders.hpp"
#include "tests/unit/signer/signer_fixtures.hpp"
#include "verify/attestation.hpp"

namespace hallmark::signer_test {

// Keys are kept beside the approvers'.
inline void add_rebuilders(TestTerminal& terminal, Json& policy) {
  for (const char* name : {"north", "north-2", "south", "east", "stranger"}) {
    terminal.approver_keys.emplace(name, ssh_test::SoftKey(ssh_test::SoftKind::kEd25519));
  }
  const auto line = [&](const char* name) { return terminal.ssh_line(name); };
  policy["rebuilders"] = {{{"name", "north"}, {"keys", {line("north"), line("north-2")}}},
                          {{"name", "south"}, {"keys", {line("south")}}},
                          {{"name", "east"}, {"keys", {line("east")}}}};
  policy["rebuilders_needed"] = 2;
}

inline BuildRecord record_of(const TestRelease& release) {
  const auto record = parse_record(release.record, "record");
  REQUIRE(record.ok());
  return *record;
}

inline Sha256Digest digest_of(const BuildRecord& record) {
  return sha256(pre_authentication(attestation_statement(record)));
}

// What `key` of a terminal's approver_keys says of a build.
inline std::string attested(const TestTerminal& terminal, const std::string& key,
                            const BuildRecord& record,
                            const std::string& name_space = std::string(kRebuildNamespace)) {
  const std::string statement = attestation_statement(record);
  const auto envelope = attestation_envelope(
      statement, terminal.sign(key, pre_authentication(statement), name_space));
  REQUIRE(envelope.ok());
  return *envelope;
}

inline Json attest_request(const std::string& envelope, const TestRelease& release) {
  return {{"type", "accept-attestation"}, {"envelope", envelope}, {"lock", release.lock}};
}

class Rebuilding : public TestTerminal {
 public:
  explicit Rebuilding(const std::string& evidence = "rebuilt") {
    Json policy = policy_json();
    policy["evidence"] = evidence;
    add_rebuilders(*this, policy);
    policy_text = policy.dump();
    install();
  }

  Result<Response> attest(const std::string& key, const BuildRecord& record,
                          const TestRelease& release) {
    attested_ = record_of(release);
    return ask(attest_request(attested(*this, key, record), release));
  }
  Json must_attest(const std::string& key, const BuildRecord& record, const TestRelease& release) {
    const auto answer = attest(key, record, release);
    INFO((answer.ok() ? "" : answer.error().message()));
    REQUIRE(answer.ok());
    return answer->body;
  }
  void must_agree(const TestRelease& release, const std::vector<std::string>& by) {
    for (const std::string& key : by) must_attest(key, record_of(release), release);
  }
  // With another file of the same name.
  static BuildRecord other_outcome(const TestRelease& release) {
    BuildRecord record = record_of(release);
    record.artefacts.at(0).sha256 = sha256("other");
    return record;
  }

  // What `record` says is overruled, in favour of what `right` says, or of the release that was
  // attested last.
  DissentStatement dissent(const BuildRecord& record, const std::string& owner,
                           const std::optional<BuildRecord>& right = std::nullopt) const {
    const BuildRecord built = right ? *right : attested_;
    return {"tool",    sha256(policy_text), "1.0-1",
            owner,     {digest_of(record)}, outcome_digest(built.artefacts),
            "a clock", "demo-group",        now + 30 * kDay};
  }
  static Json dissent_body(const DissentStatement& said) {
    Json attestations = Json::array();
    for (const Sha256Digest& digest : said.attestations) attestations.push_back(digest.hex());
    return {{"type", "allow-dissent"},      {"product", said.product},
            {"version", said.version},      {"owner", said.owner},
            {"reason", said.reason},        {"attestations", attestations},
            {"outcome", said.outcome.hex()}};
  }
  Json dissent_request(const DissentStatement& said,
                       const std::vector<std::string>& people = {"alice", "bob"}) const {
    return approved(dissent_body(said), render_statement(said), people);
  }

  Json last_leaf() const {
    const std::string log_now = log_text();
    return Json::parse(log_now.substr(log_now.rfind('\n', log_now.size() - 2) + 1));
  }

 private:
  BuildRecord attested_;  // what the builder has of the release that was attested last
};

}  // namespace hallmark::signer_test
