// accept-build: what was handed in, and what it says it is.
#include "core/digest.hpp"
#include "signer/accept_build.hpp"
#include "signer/build_spool.hpp"
#include "signer/rules.hpp"

namespace hallmark {
namespace {

std::string release_name(const BuildCase& subject) {
  return subject.lock.product + " " + subject.lock.version;
}

// Those of the source, which come behind, are of the same lock.
bool same_artefacts(const AcceptedBuild& accepted, const BuildRecord& record,
                    std::size_t of_source) {
  if (accepted.artefacts.size() != record.artefacts.size() + of_source) return false;
  for (std::size_t i = 0; i < record.artefacts.size(); ++i) {
    if (accepted.artefacts[i].name != record.artefacts[i].name ||
        accepted.artefacts[i].sha256 != record.artefacts[i].sha256) {
      return false;
    }
  }
  return true;
}

Result<std::string> record_of_the_builder(const BuildCase& subject) {
  return read_build_record(subject.context.layout, subject.context.builder, subject.record_sha256);
}

// The sibling's signer had it from its builder, and kept it.
Result<std::string> record_of_the_sibling(const BuildCase& subject) {
  HALLMARK_TRY(std::string text, request_text(subject.untrusted_request.body, "record_text"));
  if (sha256(text) == subject.record_sha256) return text;
  return verification_error("build record " + subject.record_sha256.hex(),
                            "does not have the digest that names it");
}

bool is_rebuilt_elsewhere(const BuildCase& subject) {
  const Json& body = subject.untrusted_request.body;
  return body.contains("target") && !body.contains("record");
}

Result<Target> requested_target(const BuildCase& subject) {
  const Json body = {{"target", subject.untrusted_request.body.at("target")}};
  HALLMARK_TRY(const JsonDocument document, JsonDocument::parse(body.dump(), "request"));
  Target target;
  {
    ObjectReader reader(document);
    reader.object("target", [&](ObjectReader& r) { target = read_target(r); });
  }
  HALLMARK_CHECK(document.status());
  return target;
}

// Of several that enough rebuilders got, one that nobody gainsays.
Result<std::optional<KeptAttestation>> what_enough_got(const BuildCase& subject,
                                                       const Target& target) {
  const State& state = subject.context.state;
  const Policy& policy = subject.policy.policy;
  HALLMARK_TRY(const std::vector<KeptAttestation> said,
               state.attestations(subject.lock_sha256, target));
  const std::map<std::string, RebuilderKey> keys = rebuilder_keys(policy);
  const bool adopting = subject.context.adoption != nullptr;
  std::optional<KeptAttestation> found;
  for (const KeptAttestation& one : said) {
    if (!keys.contains(one.key)) continue;
    HALLMARK_TRY(const RebuildersWord word,
                 rebuilders_word(state, policy, {subject.lock_sha256, target, one.artefacts}));
    const Evidence evidence = raised_evidence(policy, word, Evidence::kPrebuilt, adopting);
    if (evidence != Evidence::kRebuilt) continue;
    if (word.dissents.empty()) return std::optional<KeptAttestation>(one);
    if (!found) found = one;
  }
  return found;
}

// It proves nothing by itself: what raises it is that they agree.
BuildRecord record_of_the_rebuilders(const BuildCase& subject, const KeptAttestation& said) {
  BuildRecord record;
  record.product = subject.lock.product;
  record.version = subject.lock.version;
  record.lock_sha256 = subject.lock_sha256;
  record.target = said.target;
  const LockedEnvironment* environment = subject.lock.environment(said.target.environment);
  if (environment != nullptr && environment->environment_sha256) {
    record.environment_sha256 = *environment->environment_sha256;
  }
  record.evidence = Evidence::kPrebuilt;
  record.built_at = said.finished_at;
  record.artefacts = said.artefacts;
  return record;
}

}  // namespace

Status a_policy_is_installed(BuildCase& subject) {
  HALLMARK_TRY(subject.policy, subject.context.policy_to_judge_by());
  return ok_status();
}

Status lock_is_of_this_product(BuildCase& subject) {
  const Json& body = subject.untrusted_request.body;
  HALLMARK_TRY(const std::string product, request_text(body, "product"));
  HALLMARK_TRY(const std::string lock, request_text(body, "lock"));
  HALLMARK_TRY(subject.product, untrusted(parse_product(product, "product file")));
  HALLMARK_TRY(subject.lock, untrusted(parse_lock(lock, "lock")));
  subject.product_sha256 = sha256(product);
  subject.lock_sha256 = sha256(lock);
  if (subject.lock.product != subject.product.name) {
    return verification_error("lock of " + release_name(subject),
                              "is not of product " + subject.product.name);
  }
  if (subject.lock.product_sha256 != subject.product_sha256) {
    return verification_error(
        "lock of " + release_name(subject),
        "was made from another product file, sha256:" + subject.lock.product_sha256.hex(),
        "pin again: hallmark pin");
  }
  return ok_status();
}

Status record_is_from_the_builder(BuildCase& subject) {
  if (is_rebuilt_elsewhere(subject)) return ok_status();
  HALLMARK_TRY(const std::string hex, request_text(subject.untrusted_request.body, "record"));
  HALLMARK_TRY(subject.record_sha256, untrusted(Sha256Digest::from_hex(hex)));
  HALLMARK_TRY(subject.record_text, subject.context.adoption != nullptr
                                        ? record_of_the_sibling(subject)
                                        : record_of_the_builder(subject));
  HALLMARK_TRY(subject.record, untrusted(parse_record(subject.record_text, "build record " + hex)));
  return ok_status();
}

Status enough_rebuilders_agree(BuildCase& subject) {
  if (!is_rebuilt_elsewhere(subject)) return ok_status();
  HALLMARK_TRY(const Target target, untrusted(requested_target(subject)));
  const Policy& policy = subject.policy.policy;
  const Evidence needed =
      std::max(policy.evidence_needed(subject.product.name, target.suite, target.component),
               subject.product.evidence);
  if (needed != Evidence::kRebuilt) {
    return policy_error(
        release_name(subject) + " for " + target.directory_name(),
        "was not built here, and evidence '" + evidence_name(needed) + "' is asked for there",
        "build it, or have the policy ask for 'rebuilt'");
  }
  HALLMARK_TRY(const std::optional<KeptAttestation> said, what_enough_got(subject, target));
  if (!said) {
    return policy_error(
        release_name(subject) + " for " + target.directory_name(),
        "was not built here, nor by as many rebuilders as the policy asks for, with "
        "the same outcome",
        "hallmark attest list " + release_name(subject));
  }
  subject.record = record_of_the_rebuilders(subject, *said);
  HALLMARK_TRY(subject.record_text, canonical_dump(to_json(subject.record)));
  subject.record_sha256 = sha256(subject.record_text);
  return ok_status();
}

Status record_is_of_this_lock(BuildCase& subject) {
  const BuildRecord& record = subject.record;
  const std::string name = "build record " + subject.record_sha256.hex();
  if (record.lock_sha256 != subject.lock_sha256) {
    return verification_error(name, "is of the lock " + record.lock_sha256.hex() + ", not of " +
                                        subject.lock_sha256.hex());
  }
  if (record.product != subject.lock.product || record.version != subject.lock.version) {
    return verification_error(name, "is of " + record.product + " " + record.version + ", not of " +
                                        release_name(subject));
  }
  if (!subject.lock.has_target(record.target)) {
    return verification_error(name, "is for the target " + record.target.directory_name() +
                                        ", which the lock does not have");
  }
  const LockedEnvironment* environment = subject.lock.environment(record.target.environment);
  if (environment == nullptr || environment->environment_sha256 != record.environment_sha256) {
    return verification_error(name, "was built in another environment than the lock's");
  }
  return ok_status();
}

Result<bool> is_accepted_already(const BuildCase& subject) {
  HALLMARK_TRY(const std::optional<AcceptedBuild> accepted,
               subject.context.state.build(subject.lock_sha256, subject.record.target));
  return accepted && same_artefacts(*accepted, subject.record, source_files(subject).size());
}

}  // namespace hallmark
