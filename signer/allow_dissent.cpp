#include "signer/allow_dissent.hpp"

#include <algorithm>

#include "core/safe_path.hpp"
#include "signer/kept_request.hpp"
#include "signer/rebuilders.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxAttestations = 64;

Result<std::vector<Sha256Digest>> read_attestations(const Json& body) {
  HALLMARK_TRY(const Json* list, request_array(body, "attestations", kMaxAttestations));
  std::vector<Sha256Digest> out;
  for (const Json& entry : *list) {
    if (!entry.is_string()) return failed("request", "has an attestation that is no text");
    HALLMARK_TRY(const Sha256Digest digest,
                 untrusted(Sha256Digest::from_hex(entry.get<std::string>())));
    if (std::find(out.begin(), out.end(), digest) != out.end()) {
      return verification_error("request", "names an attestation twice");
    }
    out.push_back(digest);
  }
  if (out.empty()) return verification_error("request", "names no attestation");
  return out;
}

std::vector<std::string> in_hex(const std::vector<Sha256Digest>& digests) {
  std::vector<std::string> out;
  for (const Sha256Digest& digest : digests) out.push_back(digest.hex());
  return out;
}

}  // namespace

Status policy_for_the_dissent(DissentCase& subject) {
  HALLMARK_TRY(subject.policy, subject.context.policy_to_judge_by());
  return ok_status();
}

Status dissent_can_be_read(DissentCase& subject) {
  const Json& body = subject.untrusted_request.body;
  DissentStatement& wanted = subject.wanted;
  HALLMARK_TRY(wanted.product, request_plain_name(body, "product"));
  HALLMARK_TRY(wanted.version, request_text(body, "version"));
  HALLMARK_TRY(wanted.owner, request_plain_name(body, "owner"));
  HALLMARK_TRY(wanted.attestations, read_attestations(body));
  HALLMARK_TRY(const std::string outcome, request_text(body, "outcome"));
  HALLMARK_TRY(wanted.outcome, untrusted(Sha256Digest::from_hex(outcome)));
  HALLMARK_TRY(wanted.reason, request_text(body, "reason"));
  if (!is_version_name(wanted.version)) {
    return verification_error("request", "has a version that is none");
  }
  if (!is_statement_text(wanted.reason)) {
    return verification_error("reason", "must be one line of printable text, at most 200 bytes");
  }
  return ok_status();
}

Status approval_names_this_dissent(DissentCase& subject) {
  DissentStatement expected = subject.wanted;
  expected.policy_sha256 = subject.policy.sha256;
  expected.terminal_group = subject.context.terminal_group;
  HALLMARK_TRY(subject.approval, read_approval(subject.untrusted_request.body, expected));
  return ok_status();
}

Result<bool> is_dissent_allowed_already(const DissentCase& subject) {
  return subject.context.state.has_overruled(subject.approval.statement_sha256);
}

Status attestations_are_the_rebuilders(DissentCase& subject) {
  const DissentStatement& wanted = subject.wanted;
  HALLMARK_TRY(const std::vector<KeptAttestation> said,
               subject.context.state.attestations_of(wanted.product, wanted.version));
  const std::map<std::string, RebuilderKey> keys = rebuilder_keys(subject.policy.policy);
  for (const Sha256Digest& digest : wanted.attestations) {
    const bool known = std::any_of(said.begin(), said.end(), [&](const KeptAttestation& one) {
      const auto key = keys.find(one.key);
      return one.statement == digest && key != keys.end() && key->second.owner == wanted.owner;
    });
    if (known) continue;
    return policy_error("attestation " + digest.hex(),
                        "was never said by the rebuilder " + wanted.owner + " of " +
                            wanted.product + " " + wanted.version,
                        "hallmark attest list " + wanted.product + " " + wanted.version);
  }
  return ok_status();
}

Status approval_of_the_dissent_is_in_force(DissentCase& subject) {
  return check_expiry(subject.approval.expires, subject.context.now());
}

// What was overruled for one suite may be promoted to any other.
Status dissent_is_approved_by_enough_people(DissentCase& subject) {
  const Policy& policy = subject.policy.policy;
  return count_approvers({policy, policy.most_people_needed()}, subject.untrusted_request.body,
                         subject.approval);
}

Status commit_dissent(const DissentCase& subject) {
  const SignerContext& context = subject.context;
  const DissentStatement& wanted = subject.wanted;
  HALLMARK_TRY(Transaction transaction, context.state.begin());
  for (const Sha256Digest& attestation : wanted.attestations) {
    HALLMARK_CHECK(context.state.overrule({attestation, wanted.owner}, wanted.outcome,
                                          subject.approval.statement_sha256));
  }
  const Json event{{"kind", "dissent"},
                   {"name", wanted.owner},
                   {"product", wanted.product},
                   {"version", wanted.version},
                   {"attestations", in_hex(wanted.attestations)},
                   {"outcome", wanted.outcome.hex()},
                   {"reason", wanted.reason},
                   {"statement", subject.approval.statement_sha256.hex()},
                   {"approvers", subject.approval.approvers}};
  return commit_request(context, std::move(transaction), subject.untrusted_request.body,
                        subject.policy.sha256, {event});
}

Result<Response> dissent_answer(const DissentCase& subject) {
  return Response{Json{{"overruled", in_hex(subject.wanted.attestations)}}, {}};
}

}  // namespace hallmark
