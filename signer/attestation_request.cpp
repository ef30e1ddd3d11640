#include "signer/attestation_request.hpp"

#include <algorithm>

#include "core/digest.hpp"
#include "core/model/approval.hpp"
#include "signer/kept_request.hpp"
#include "signer/rebuilders.hpp"
#include "signer/rules.hpp"

namespace hallmark {
namespace {

constexpr const char* kSubject = "attestation";
// Of one owner about one target of one lock: each is another build of the same. The first that says
// something else than the others is taken all the same: nobody talks so much that a dissent is
// lost.
constexpr std::size_t kMostOfOneOwner = 16;

std::string name_of(const AttestationCase& subject) {
  return "attestation of " + subject.kept.owner + " about " + subject.kept.product + " " +
         subject.kept.version;
}

Json describe_artefacts(const std::vector<BuiltArtefact>& artefacts) {
  Json out = Json::array();
  for (const BuiltArtefact& artefact : artefacts) {
    out.push_back(
        {{"name", artefact.name}, {"size", artefact.size}, {"sha256", artefact.sha256.hex()}});
  }
  return out;
}

// `owner`: whose key it is now, or was when it came.
Result<Json> describe_attestation(const State& state, const KeptAttestation& kept,
                                  const std::string& owner) {
  Json out{{"owner", owner},
           {"key", kept.key},
           {"attestation", kept.statement.hex()},
           {"lock", kept.lock.hex()},
           {"target", to_json(kept.target)},
           {"finished", format_utc(kept.finished_at)},
           {"artefacts", describe_artefacts(kept.artefacts)}};
  HALLMARK_TRY(out["overruled"], state.is_overruled({kept.statement, owner}));
  HALLMARK_TRY(const std::optional<AcceptedBuild> build, state.build(kept.lock, kept.target));
  if (build) out["agrees"] = same_outcome(built_artefacts(*build), kept.artefacts);
  return out;
}

}  // namespace

Status policy_for_the_attestation(AttestationCase& subject) {
  HALLMARK_TRY(subject.policy, subject.context.policy_to_judge_by());
  return ok_status();
}

Status attestation_can_be_read(AttestationCase& subject) {
  const Json& body = subject.untrusted_request.body;
  HALLMARK_TRY(const std::string envelope, request_text(body, "envelope"));
  HALLMARK_TRY(subject.attestation, untrusted(read_attestation(envelope, kSubject)));
  const BuildRecord& record = subject.attestation.record;
  KeptAttestation& kept = subject.kept;
  kept.statement = sha256(subject.attestation.signed_bytes);
  kept.product = record.product;
  kept.version = record.version;
  kept.lock = record.lock_sha256;
  kept.target = record.target;
  kept.finished_at = record.built_at;
  kept.artefacts = record.artefacts;
  return ok_status();
}

Status attestation_is_signed_by_a_rebuilder(AttestationCase& subject) {
  const std::map<std::string, RebuilderKey> keys = rebuilder_keys(subject.policy.policy);
  const std::string claimed = subject.attestation.claimed_key.fingerprint();
  const auto rebuilder = keys.find(claimed);
  if (rebuilder == keys.end()) {
    return policy_error(kSubject,
                        "is signed by " + claimed + ", which is no rebuilder's key in the policy",
                        "a policy must name it first: hallmark policy propose FILE");
  }
  HALLMARK_TRY(const SshPublicKey key,
               verify_attestation(subject.attestation, {rebuilder->second.key}, kSubject));
  subject.kept.key = key.fingerprint();
  subject.kept.owner = rebuilder->second.owner;
  return ok_status();
}

Status attestation_is_of_this_lock(AttestationCase& subject) {
  HALLMARK_TRY(const std::string text, request_text(subject.untrusted_request.body, "lock"));
  HALLMARK_TRY(subject.lock, untrusted(parse_lock(text, "lock")));
  if (subject.kept.lock != sha256(text)) {
    return verification_error(name_of(subject), "is of the lock " + subject.kept.lock.hex() +
                                                    ", not of " + sha256(text).hex());
  }
  if (subject.lock.product == subject.kept.product &&
      subject.lock.version == subject.kept.version) {
    return ok_status();
  }
  return verification_error(name_of(subject),
                            "is of a lock of " + subject.lock.product + " " + subject.lock.version);
}

Status target_is_the_locks(AttestationCase& subject) {
  if (subject.lock.has_target(subject.kept.target)) return ok_status();
  return verification_error(name_of(subject), "is for the target " +
                                                  subject.kept.target.directory_name() +
                                                  ", which the lock does not have");
}

Status environment_is_the_locks(AttestationCase& subject) {
  const LockedEnvironment* environment = subject.lock.environment(subject.kept.target.environment);
  if (environment != nullptr &&
      environment->environment_sha256 == subject.attestation.record.environment_sha256) {
    return ok_status();
  }
  return verification_error(name_of(subject), "was built in another environment than the lock's");
}

Result<bool> is_attested_already(const AttestationCase& subject) {
  return subject.context.state.has_attestation(subject.kept);
}

Status rebuilder_has_not_said_too_much(AttestationCase& subject) {
  // Another terminal of the group may have taken others.
  if (subject.context.adoption != nullptr) return ok_status();
  const KeptAttestation& kept = subject.kept;
  HALLMARK_TRY(std::vector<KeptAttestation> said,
               subject.context.state.attestations(kept.lock, kept.target));
  std::erase_if(said, [&](const KeptAttestation& one) { return one.owner != kept.owner; });
  if (said.size() < kMostOfOneOwner) return ok_status();
  const bool is_first_difference =
      std::all_of(said.begin(), said.end(),
                  [&](const KeptAttestation& one) {
                    return same_outcome(one.artefacts, said.front().artefacts);
                  }) &&
      !same_outcome(said.front().artefacts, kept.artefacts);
  if (is_first_difference) return ok_status();
  return policy_error(name_of(subject), "would be one more than the " +
                                            std::to_string(kMostOfOneOwner) +
                                            " that are kept of one rebuilder about one target");
}

Status commit_attestation(const AttestationCase& subject) {
  const SignerContext& context = subject.context;
  const KeptAttestation& kept = subject.kept;
  HALLMARK_TRY(Transaction transaction, context.state.begin());
  HALLMARK_CHECK(context.state.add_attestation(kept));
  const Json event{{"kind", "attestation"},
                   {"name", kept.owner},
                   {"sha256", kept.statement.hex()},
                   {"key", kept.key},
                   {"product", kept.product},
                   {"version", kept.version},
                   {"suite", kept.target.suite},
                   {"component", kept.target.component},
                   {"architecture", kept.target.architecture},
                   {"environment", kept.target.environment},
                   {"lock", kept.lock.hex()}};
  return commit_request(context, std::move(transaction), subject.untrusted_request.body,
                        subject.policy.sha256, {event});
}

Result<Response> attestations_answer(const SignerContext& context, const Message& request) {
  HALLMARK_TRY(const std::string product, request_text(request.body, "product"));
  HALLMARK_TRY(const std::string version, request_text(request.body, "version"));
  HALLMARK_TRY(const InstalledPolicy policy, context.state.policy_in_force());
  HALLMARK_TRY(const std::vector<KeptAttestation> said,
               context.state.attestations_of(product, version));
  const std::map<std::string, RebuilderKey> keys = rebuilder_keys(policy.policy);
  Json out = Json::array();
  for (const KeptAttestation& kept : said) {
    const auto key = keys.find(kept.key);
    const bool counts = key != keys.end();
    HALLMARK_TRY(Json entry, describe_attestation(context.state, kept,
                                                  counts ? key->second.owner : kept.owner));
    entry["counts"] = counts;
    out.push_back(std::move(entry));
  }
  return Response{
      Json{{"needed", policy.policy.rebuilders_needed}, {"attestations", std::move(out)}}, {}};
}

Result<Response> attestation_answer(const AttestationCase& subject) {
  const KeptAttestation& kept = subject.kept;
  return Response{Json{{"owner", kept.owner},
                       {"attestation", kept.statement.hex()},
                       {"product", kept.product},
                       {"version", kept.version},
                       {"target", to_json(kept.target)}},
                  {}};
}

}  // namespace hallmark
