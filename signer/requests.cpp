#include "signer/requests.hpp"

#include "signer/once_only.hpp"
#include "signer/request_rules.hpp"
#include "signer/status.hpp"

namespace hallmark {
namespace {

// --- What follows when the rules hold ------------------------------------------------------------

Result<Response> install_policy(const SignerContext& context, const Message& request) {
  PolicyCase subject{context, request};
  HALLMARK_CHECK(check_rules<PolicyCase>(rules_of::kInstallPolicy, subject));
  if (!takes_over(subject)) return install_policy_and_keys(subject);
  HALLMARK_CHECK(check_rules<PolicyCase>(rules_of::kTakeOver, subject));
  return take_over_and_keys(subject);
}

Result<Response> change_policy(const SignerContext& context, const Message& request) {
  PolicyCase subject{context, request};
  HALLMARK_CHECK(check_rules<PolicyCase>(rules_of::kChangePolicyInputs, subject));
  if (!subject.installed_already) {
    HALLMARK_CHECK(check_rules<PolicyCase>(rules_of::kChangePolicy, subject));
  }
  HALLMARK_CHECK(check_rules<PolicyCase>(rules_of::kChangePolicyKeys, subject));
  return change_policy_and_keys(subject);
}

constexpr OnceOnly<BuildCase> kAcceptBuildOnce{rules_of::kAcceptBuildInputs, is_accepted_already,
                                               rules_of::kAcceptBuild, commit_acceptance,
                                               acceptance_answer};
constexpr OnceOnly<ImportCase> kAcceptPrebuiltOnce{rules_of::kAcceptPrebuiltInputs,
                                                   is_imported_already, rules_of::kAcceptPrebuilt,
                                                   commit_import, import_answer};
constexpr OnceOnly<PromoteCase> kPromoteOnce{rules_of::kPromoteInputs, is_promoted_already,
                                             rules_of::kPromote, commit_promotion,
                                             promotion_answer};
constexpr OnceOnly<WithdrawCase> kWithdrawOnce{rules_of::kWithdrawInputs, is_withdrawn_already,
                                               rules_of::kWithdraw, commit_withdrawal,
                                               withdrawal_answer};
constexpr OnceOnly<LowerVersionCase> kLowerVersionOnce{
    rules_of::kAllowLowerVersionInputs, is_lower_version_allowed_already,
    rules_of::kAllowLowerVersion, commit_lower_version, lower_version_answer};
constexpr OnceOnly<LowerEvidenceCase> kLowerEvidenceOnce{
    rules_of::kAllowLowerEvidenceInputs, is_lower_evidence_allowed_already,
    rules_of::kAllowLowerEvidence, commit_lower_evidence, lower_evidence_answer};

constexpr OnceOnly<AttestationCase> kAcceptAttestationOnce{
    rules_of::kAcceptAttestationInputs, is_attested_already, rules_of::kAcceptAttestation,
    commit_attestation, attestation_answer};
constexpr OnceOnly<DissentCase> kDissentOnce{rules_of::kAllowDissentInputs,
                                             is_dissent_allowed_already, rules_of::kAllowDissent,
                                             commit_dissent, dissent_answer};

constexpr OnceOnly<RolloutCase> kRolloutOnce{rules_of::kRolloutInputs, is_rolled_out_already,
                                             rules_of::kRollout, commit_rollout, rollout_answer};

constexpr Answer accept_build = once_only<BuildCase, kAcceptBuildOnce>;
constexpr Answer accept_prebuilt = once_only<ImportCase, kAcceptPrebuiltOnce>;
constexpr Answer promote = once_only<PromoteCase, kPromoteOnce>;
constexpr Answer accept_attestation = once_only<AttestationCase, kAcceptAttestationOnce>;
constexpr Answer allow_dissent = once_only<DissentCase, kDissentOnce>;
constexpr Answer withdraw = once_only<WithdrawCase, kWithdrawOnce>;
constexpr Answer allow_lower_version = once_only<LowerVersionCase, kLowerVersionOnce>;
constexpr Answer allow_lower_evidence = once_only<LowerEvidenceCase, kLowerEvidenceOnce>;

constexpr Answer rollout = once_only<RolloutCase, kRolloutOnce>;

// What is judged again where another terminal has answered it.
struct AdoptableRequest {
  const char* name;
  Answer answer;
};
constexpr AdoptableRequest kAdoptable[] = {
    {"accept-build", accept_build},
    {"accept-prebuilt", accept_prebuilt},
    {"promote", promote},
    {"allow-lower-version", allow_lower_version},
    {"allow-lower-evidence", allow_lower_evidence},
    {"accept-attestation", accept_attestation},
    {"allow-dissent", allow_dissent},
    {"rollout", rollout},
    {"withdraw", withdraw},
    {"change-policy", change_policy},
};

Result<Response> adopt(const SignerContext& context, const Message& request) {
  AdoptCase subject{context, request};
  HALLMARK_CHECK(check_rules<AdoptCase>(rules_of::kAdopt, subject));
  for (const AdoptableRequest& again : kAdoptable) {
    if (subject.body["type"] == again.name) return judge_again(subject, again.answer);
  }
  return failed("request", "is not one that is judged again");
}

Result<Response> import_sibling_log(const SignerContext& context, const Message& request) {
  SiblingImportCase subject{context, request};
  HALLMARK_CHECK(check_rules<SiblingImportCase>(rules_of::kImportSibling, subject));
  return import_sibling_lines(subject);
}

Result<Response> time_jump(const SignerContext& context, const Message& request) {
  TimeCase subject{context, request};
  HALLMARK_CHECK(check_rules<TimeCase>(rules_of::kTimeJump, subject));
  return jump_in_time(subject);
}

Result<Response> sign_apt_release(const SignerContext& context, const Message& request) {
  ReleaseCase subject{context, request};
  HALLMARK_CHECK(check_rules<ReleaseCase>(rules_of::kSignAptRelease, subject));
  HALLMARK_TRY(const std::optional<SignedRelease> standing, release_that_still_stands(subject));
  if (standing) return release_answer(*standing);
  HALLMARK_CHECK(check_rules<ReleaseCase>(rules_of::kNewAptRelease, subject));
  HALLMARK_TRY(const SignedRelease release, sign_release(subject));
  return release_answer(release);
}

Result<Response> refresh_apt_release(const SignerContext& context, const Message& request) {
  ReleaseCase subject{context, request};
  HALLMARK_CHECK(check_rules<ReleaseCase>(rules_of::kRefreshAptRelease, subject));
  HALLMARK_TRY(const SignedRelease release, sign_release(subject));
  return release_answer(release);
}

Result<Response> sign_fdroid_index(const SignerContext& context, const Message& request) {
  FdroidCase subject{context, request};
  HALLMARK_CHECK(check_rules<FdroidCase>(rules_of::kSignFdroidIndex, subject));
  HALLMARK_TRY(const std::optional<SignedFdroidIndex> standing,
               fdroid_index_that_still_stands(subject));
  if (standing) return fdroid_index_answer(*standing);
  HALLMARK_CHECK(check_rules<FdroidCase>(rules_of::kNewFdroidIndex, subject));
  HALLMARK_TRY(const SignedFdroidIndex index, sign_fdroid_entry(subject));
  return fdroid_index_answer(index);
}

Result<Response> sign_checksums(const SignerContext& context, const Message& request) {
  ChecksumsCase subject{context, request};
  HALLMARK_CHECK(check_rules<ChecksumsCase>(rules_of::kSignChecksums, subject));
  HALLMARK_TRY(const std::optional<SignedChecksums> standing, checksums_that_still_stand(subject));
  if (standing) return checksums_answer(*standing);
  HALLMARK_CHECK(check_rules<ChecksumsCase>(rules_of::kNewChecksums, subject));
  HALLMARK_TRY(const SignedChecksums checksums, sign_list(subject));
  return checksums_answer(checksums);
}

Result<Response> sign_attestation(const SignerContext& context, const Message& request) {
  ProvenanceCase subject{context, request};
  HALLMARK_CHECK(check_rules<ProvenanceCase>(rules_of::kSignAttestation, subject));
  HALLMARK_TRY(const std::optional<SignedProvenance> standing,
               provenance_that_still_stands(subject));
  if (standing) return provenance_answer(*standing);
  HALLMARK_TRY(const SignedProvenance provenance, sign_provenance(subject));
  return provenance_answer(provenance);
}

Result<Response> sign_apk_artefact(const SignerContext& context, const Message& request) {
  ApkCase subject{context, request, "apk"};
  HALLMARK_CHECK(check_rules<ApkCase>(rules_of::kSignApk, subject));
  return sign_accepted_apk(subject);
}

Result<Response> sign_bundle(const SignerContext& context, const Message& request) {
  ApkCase subject{context, request, "aab"};
  HALLMARK_CHECK(check_rules<ApkCase>(rules_of::kSignAab, subject));
  return sign_accepted_bundle(subject);
}

Result<Response> sign_apk_lineage(const SignerContext& context, const Message& request) {
  LineageCase subject{context, request};
  HALLMARK_CHECK(check_rules<LineageCase>(rules_of::kSignApkLineage, subject));
  return lineage_answer(subject);
}

Result<Response> sign_checkpoint(const SignerContext& context, const Message& /*request*/) {
  CheckpointCase subject{context};
  HALLMARK_CHECK(check_rules<CheckpointCase>(rules_of::kSignCheckpoint, subject));
  return sign_checkpoint_of_log(subject);
}

Result<Response> status(const SignerContext& context, const Message& /*request*/) {
  return status_answer(context);
}

Result<Response> keys(const SignerContext& context, const Message& /*request*/) {
  return keys_answer(context);
}

Result<Response> policy(const SignerContext& context, const Message& /*request*/) {
  return policy_answer(context);
}

Result<Response> public_keys(const SignerContext& context, const Message& /*request*/) {
  return public_keys_answer(context);
}

Result<Response> accepted_packages(const SignerContext& context, const Message& request) {
  return accepted_packages_answer(context, request);
}

Result<Response> accepted_release(const SignerContext& context, const Message& request) {
  return accepted_release_answer(context, request);
}

// --- The permitted requests ----------------------------------------------------------------------

template <Answer answer>
Result<Response> by_the_clock(const SignerContext& context, const Message& request) {
  HALLMARK_TRY(ClockCase subject, clock_case(context));
  HALLMARK_CHECK(check_rules<ClockCase>(rules_of::kClock, subject));
  return answer(context, request);
}

// The rules of the published log next; the answer says whether it was compared.
template <Answer answer>
Result<Response> with_published_log(const SignerContext& context, const Message& request) {
  PublishedLogCase subject{context, request};
  HALLMARK_CHECK(check_rules<PublishedLogCase>(rules_of::kPublishedLog, subject));
  HALLMARK_TRY(Response response, answer(context, request));
  response.body["published_log"] = published_log_verdict(subject);
  return response;
}

template <Answer answer>
Result<Response> with_siblings(const SignerContext& context, const Message& request) {
  HALLMARK_TRY(SiblingsCase subject, siblings_case(context));
  HALLMARK_CHECK(check_rules<SiblingsCase>(rules_of::kSiblings, subject));
  return answer(context, request);
}

// Makes something signed or signable.
template <Answer answer>
constexpr Answer kGuarded = by_the_clock<with_published_log<with_siblings<answer>>>;

// Stopping goes on whatever is known of the siblings.
Result<Response> rollout_up_or_down(const SignerContext& context, const Message& request) {
  if (is_no_rise(request.body)) return by_the_clock<rollout>(context, request);
  return kGuarded<rollout>(context, request);
}

constexpr PermittedRequest kRequests[] = {
    // Once, at the ceremony.
    {"install-policy", install_policy},
    // By approval of the one in force.
    {"change-policy", by_the_clock<with_published_log<change_policy>>},
    // Makes artefacts signable.
    {"accept-build", kGuarded<accept_build>},
    // So does this, of what was built elsewhere.
    {"accept-prebuilt", kGuarded<accept_prebuilt>},
    // Takes them to another suite too.
    {"promote", kGuarded<promote>},
    // Let the rules of those two ask for less, once or until a day.
    {"allow-lower-version", kGuarded<allow_lower_version>},
    {"allow-lower-evidence", kGuarded<allow_lower_evidence>},
    // What a rebuilder says of a build. It may be a warning: siblings need not be heard first.
    {"accept-attestation", by_the_clock<with_published_log<accept_attestation>>},
    // Overrules one who says something else.
    {"allow-dissent", kGuarded<allow_dissent>},
    // Which share of the machines takes a release: its last rule counts people.
    {"rollout", rollout_up_or_down},
    // Takes a release out again.
    {"withdraw", by_the_clock<withdraw>},
    // By approval, after the clock was found wrong.
    {"time-jump", time_jump},
    // OpenPGP: Release, InRelease, Release.gpg.
    {"sign-apt-release", kGuarded<sign_apt_release>},
    // OpenPGP: the newest Release again.
    {"refresh-apt-release", kGuarded<refresh_apt_release>},
    // X.509: entry.jar of the F-Droid repository.
    {"sign-fdroid-index", kGuarded<sign_fdroid_index>},
    // OpenPGP and Ed25519: SHA256SUMS of a release.
    {"sign-checksums", kGuarded<sign_checksums>},
    // Ed25519: what a release was built from.
    {"sign-attestation", kGuarded<sign_attestation>},
    // X.509: APK signature schemes v1 to v4.
    {"sign-apk", kGuarded<sign_apk_artefact>},
    // X.509: v1, with an upload key.
    {"sign-aab", kGuarded<sign_bundle>},
    // X.509: one key's certificate by the one before it.
    {"sign-apk-lineage", kGuarded<sign_apk_lineage>},
    // Ed25519: the root of the release log.
    {"sign-checkpoint", by_the_clock<with_published_log<sign_checkpoint>>},
    // What other terminals of the group have answered: read, then judged again.
    {"import-sibling-log", by_the_clock<with_published_log<import_sibling_log>>},
    {"adopt", by_the_clock<with_published_log<adopt>>},
    {"sibling-work", sibling_work_answer, true},
    {"status", status, true},
    {"keys", keys, true},
    {"policy", policy, true},
    {"public-keys", public_keys, true},
    {"accepted-release", accepted_release, true},
    {"rollouts", rollouts_answer, true},
    {"phased", phased_answer, true},
    {"attestations", attestations_answer, true},
    {"accepted-packages", accepted_packages, true},
    {"checksums", known_checksums_answer, true},
    {"retired-packages", retired_packages_answer, true},
    {"accepted-apks", accepted_apks_answer, true},
    {"fdroid-apks", fdroid_apks_answer, true},
};

}  // namespace

const PermittedRequest* find_request(const std::string& name) {
  for (const PermittedRequest& request : kRequests) {
    if (request.name == name) return &request;
  }
  return nullptr;
}

}  // namespace hallmark
