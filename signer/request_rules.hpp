// The rules of each request, in the order in which they are checked. signer/requests.cpp says what
// follows when they hold, and which requests there are; nothing else includes this.
#pragma once

#include "signer/accept_build.hpp"
#include "signer/accepted_apks.hpp"
#include "signer/accepted_packages.hpp"
#include "signer/accepted_release.hpp"
#include "signer/adopt_request.hpp"
#include "signer/allow_dissent.hpp"
#include "signer/allow_lower_evidence.hpp"
#include "signer/allow_lower_version.hpp"
#include "signer/attestation_request.hpp"
#include "signer/change_policy.hpp"
#include "signer/checkpoint_request.hpp"
#include "signer/clock.hpp"
#include "signer/fdroid_apks.hpp"
#include "signer/import_request.hpp"
#include "signer/install_policy.hpp"
#include "signer/key_inventory.hpp"
#include "signer/key_rules.hpp"
#include "signer/known_checksums.hpp"
#include "signer/lineage_request.hpp"
#include "signer/promote_request.hpp"
#include "signer/published_log.hpp"
#include "signer/rollout_request.hpp"
#include "signer/rules.hpp"
#include "signer/sibling_apks.hpp"
#include "signer/sibling_import.hpp"
#include "signer/sibling_rules.hpp"
#include "signer/sibling_work.hpp"
#include "signer/sign_apk_request.hpp"
#include "signer/sign_apt_release.hpp"
#include "signer/sign_attestation.hpp"
#include "signer/sign_checksums.hpp"
#include "signer/sign_fdroid_index.hpp"
#include "signer/take_over.hpp"
#include "signer/time_jump_request.hpp"
#include "signer/withdraw_request.hpp"

namespace hallmark::rules_of {

// Before all others, for each that acts by the time.
inline constexpr Rule<ClockCase> kClock[] = {
    {"clock-is-not-behind", clock_is_not_behind},
    {"clock-did-not-jump", clock_did_not_jump},
};

// Before those of the request itself, for each that makes something signed or signable.
inline constexpr Rule<PublishedLogCase> kPublishedLog[] = {
    {"no-contradiction-stands", no_contradiction_stands},
    {"published-checkpoints-are-this-terminals", published_checkpoints_are_this_terminals},
    {"published-log-is-the-beginning-of-this-one", published_log_is_the_beginning_of_this_one},
};

// Then, where the policy names other terminals too.
inline constexpr Rule<SiblingsCase> kSiblings[] = {
    {"no-sibling-contradiction-stands", no_sibling_contradiction_stands},
    {"sibling-logs-are-fresh", sibling_logs_are_fresh},
    {"sibling-lines-are-adopted", sibling_lines_are_adopted},
    {"unread-releases-have-left", unread_releases_have_left},
};

inline constexpr Rule<PolicyCase> kInstallPolicy[] = {
    {"policy-can-be-read", policy_can_be_read},
    {"no-other-policy-is-installed", no_other_policy_is_installed},
    {"ceremony-record-is-a-text", ceremony_record_is_a_text},
    {"policy-suits-this-terminal", policy_suits_this_terminal},
    {"approvers-have-usable-keys", approvers_have_usable_keys},
    {"rebuilders-have-usable-keys", rebuilders_have_usable_keys},
    {"certificates-are-those-of-the-policy", certificates_are_those_of_the_policy},
    {"keygrips-are-those-of-the-certificates", keygrips_are_those_of_the_certificates},
    {"openpgp-keys-are-those-of-the-policy", openpgp_keys_are_those_of_the_policy},
    {"log-key-is-the-agents", log_key_is_the_agents},
    {"subkeys-are-parts-of-their-keys", subkeys_are_parts_of_their_keys},
    {"new-keys-are-not-over", new_keys_are_not_over},
    {"new-keys-are-in-the-agent", new_keys_are_in_the_agent},
    {"one-part-of-each-new-key-signs", one_part_of_each_new_key_signs},
};

// Then, where every terminal of the group was lost.
inline constexpr Rule<PolicyCase> kTakeOver[] = {
    {"replaced-policy-can-be-read", replaced_policy_can_be_read},
    {"ceremony-is-of-the-first-policy", ceremony_is_of_the_first_policy},
    {"replaced-policy-lacks-this-terminal-alone", replaced_policy_lacks_this_terminal_alone},
    {"approval-names-this-change", approval_names_this_change},
    {"approval-is-in-force", approval_of_the_change_is_in_force},
    {"approved-by-enough-people", change_is_approved_by_enough_people},
};

inline constexpr Rule<PolicyCase> kChangePolicyInputs[] = {
    {"policy-can-be-read", policy_can_be_read},
    {"a-policy-is-installed", a_policy_is_in_force},
};
inline constexpr Rule<PolicyCase> kChangePolicy[] = {
    {"approval-names-this-change", approval_names_this_change},
    {"approval-is-in-force", approval_of_the_change_is_in_force},
    {"approved-by-enough-people", change_is_approved_by_enough_people},
    {"policy-was-never-in-force", policy_was_never_in_force},
    {"policy-suits-this-terminal", policy_suits_this_terminal},
    {"approvers-have-usable-keys", approvers_have_usable_keys},
    {"rebuilders-have-usable-keys", rebuilders_have_usable_keys},
    {"published-suites-stay", published_suites_stay},
    {"published-suites-keep-their-names", published_suites_keep_their_names},
    {"published-suites-keep-a-key", published_suites_keep_a_key},
    {"retired-versions-stay-retired", retired_versions_stay_retired},
    {"applications-keep-their-keys", applications_keep_their_keys},
    {"fdroid-repository-keeps-its-key", fdroid_repository_keeps_its_key},
    {"rotations-handed-out-stay", rotations_handed_out_stay},
    {"exposed-keys-stay-marked", exposed_keys_stay_marked},
    {"log-keeps-its-key-and-name", log_keeps_its_key_and_name},
};
// Of the policy that is in force already too: its public files are written again.
inline constexpr Rule<PolicyCase> kChangePolicyKeys[] = {
    {"certificates-are-those-of-the-policy", certificates_are_those_of_the_policy},
    {"keygrips-are-those-of-the-certificates", keygrips_are_those_of_the_certificates},
    {"openpgp-keys-are-those-of-the-policy", openpgp_keys_are_those_of_the_policy},
    {"subkeys-are-parts-of-their-keys", subkeys_are_parts_of_their_keys},
    {"new-keys-are-not-over", new_keys_are_not_over},
    {"new-keys-are-in-the-agent", new_keys_are_in_the_agent},
    {"one-part-of-each-new-key-signs", one_part_of_each_new_key_signs},
};

inline constexpr Rule<BuildCase> kAcceptBuildInputs[] = {
    {"a-policy-is-installed", a_policy_is_installed},
    {"lock-is-of-this-product", lock_is_of_this_product},
    {"record-is-from-the-builder", record_is_from_the_builder},
    {"enough-rebuilders-agree", enough_rebuilders_agree},
    {"record-is-of-this-lock", record_is_of_this_lock},
    {"release-is-not-withdrawn", release_is_not_withdrawn},
};
inline constexpr Rule<BuildCase> kAcceptBuild[] = {
    {"targets-are-in-the-policy", targets_are_in_the_policy},
    {"approval-names-this-release", approval_names_this_release},
    {"approval-is-in-force", approval_is_in_force},
    {"approved-by-enough-people", approved_by_enough_people},
    {"approval-is-not-used-up", approval_is_not_used_up},
    {"no-rebuilder-dissents", no_rebuilder_dissents},
    {"evidence-reaches-the-policy", evidence_reaches_the_policy},
    {"artefacts-are-those-of-the-record", artefacts_are_those_of_the_record},
    {"source-is-that-of-the-lock", source_is_that_of_the_lock},
    {"artefacts-fit-the-recipe", artefacts_fit_the_recipe},
    {"packages-fit-the-target", packages_fit_the_target},
    {"packages-are-the-products-own", packages_are_the_products_own},
    {"keyring-package-has-the-policys-keys", keyring_package_has_the_policys_keys},
    {"source-is-the-products-own", source_is_the_products_own},
    {"artefacts-were-not-withdrawn", artefacts_were_not_withdrawn},
    {"versions-are-not-lowered", versions_are_not_lowered},
    {"published-packages-keep-their-bytes", published_packages_keep_their_bytes},
    {"published-sources-keep-their-bytes", published_sources_keep_their_bytes},
    {"application-is-mapped-to-its-key", application_is_mapped_to_its_key},
    {"adopted-app-is-signed-by-its-key", adopted_app_is_signed_by_its_key},
    {"application-is-not-debuggable", application_is_not_debuggable},
    {"version-code-rises", version_code_rises},
};

inline constexpr Rule<ImportCase> kAcceptPrebuiltInputs[] = {
    {"a-policy-is-installed", policy_for_the_import},
    {"manifest-is-of-this-product", manifest_is_of_this_product},
    {"files-are-a-part-of-the-manifest", files_are_a_part_of_the_manifest},
    {"release-is-not-withdrawn", imported_release_is_not_withdrawn},
};
inline constexpr Rule<ImportCase> kAcceptPrebuilt[] = {
    {"suites-take-the-import", suites_take_the_import},
    {"approval-names-this-import", approval_names_this_import},
    {"approval-is-in-force", approval_of_the_import_is_in_force},
    {"approved-by-enough-people", import_is_approved_by_enough_people},
    {"evidence-reaches-the-policy", prebuilt_reaches_the_policy},
    {"files-are-those-of-the-manifest", files_are_those_of_the_manifest},
    {"architectures-are-in-the-policy", imported_architectures_are_in_the_policy},
    {"packages-are-the-products-own", imported_packages_are_the_products_own},
    {"keyring-package-has-the-policys-keys", imported_keyring_has_the_policys_keys},
    {"artefacts-were-not-withdrawn", imported_bytes_were_not_withdrawn},
    {"versions-are-not-lowered", imported_versions_are_not_lowered},
    {"published-packages-keep-their-bytes", imported_packages_keep_their_bytes},
};

inline constexpr Rule<PromoteCase> kPromoteInputs[] = {
    {"a-policy-is-installed", policy_for_the_promotion},
    {"product-file-can-be-read", product_file_can_be_read},
    {"release-was-accepted", release_to_promote_was_accepted},
    {"release-is-not-withdrawn", promoted_release_is_not_withdrawn},
};
inline constexpr Rule<PromoteCase> kPromote[] = {
    {"suite-takes-the-release", suite_takes_the_release},
    {"suite-has-no-other-build", suite_has_no_other_build},
    {"release-is-of-packages", release_is_of_packages},
    {"approval-names-this-promotion", approval_names_this_promotion},
    {"approval-is-in-force", approval_of_the_promotion_is_in_force},
    {"approved-by-enough-people", promotion_is_approved_by_enough_people},
    {"no-rebuilder-dissents", no_rebuilder_dissents_from_it},
    {"evidence-reaches-the-policy", promoted_evidence_reaches_the_policy},
    {"packages-are-the-products-own", promoted_packages_are_the_products_own},
    {"keyring-package-has-the-policys-keys", no_keyring_package_is_promoted},
    {"artefacts-were-not-withdrawn", promoted_bytes_were_not_withdrawn},
    {"versions-are-not-lowered", promoted_versions_are_not_lowered},
    {"published-packages-keep-their-bytes", promoted_packages_keep_their_bytes},
};

inline constexpr Rule<RolloutCase> kRolloutInputs[] = {
    {"a-policy-is-installed", policy_for_the_rollout},
    {"request-can-be-read", rollout_can_be_read},
    {"approval-names-this-rollout", approval_names_this_rollout},
    {"release-was-accepted", rolled_out_release_was_accepted},
};
inline constexpr Rule<RolloutCase> kRollout[] = {
    {"approval-is-not-used-up", rollout_approval_is_not_used_up},
    {"follows-what-is-in-force", rollout_follows_what_is_in_force},
    {"approval-is-in-force", approval_of_the_rollout_is_in_force},
    {"approved-by-enough-people", rollout_is_approved_by_enough_people},
};

inline constexpr Rule<LowerVersionCase> kAllowLowerVersionInputs[] = {
    {"a-policy-is-installed", policy_for_the_lower_version},
    {"request-can-be-read", lower_version_can_be_read},
    {"approval-names-this-lower-version", approval_names_this_lower_version},
};
inline constexpr Rule<LowerVersionCase> kAllowLowerVersion[] = {
    {"suite-is-in-the-policy", suite_of_the_lower_version_is_in_the_policy},
    {"packages-are-the-products-own", packages_are_of_the_product},
    {"version-now-is-the-newest", version_now_is_the_newest},
    {"version-wanted-is-lower", version_wanted_is_lower},
    {"higher-versions-are-withdrawn", higher_versions_are_withdrawn},
    {"approval-is-in-force", approval_of_the_lower_version_is_in_force},
    {"approved-by-enough-people", lower_version_is_approved_by_enough_people},
};

inline constexpr Rule<LowerEvidenceCase> kAllowLowerEvidenceInputs[] = {
    {"a-policy-is-installed", policy_for_the_lower_evidence},
    {"request-can-be-read", lower_evidence_can_be_read},
    {"approval-names-this-lower-evidence", approval_names_this_lower_evidence},
};
inline constexpr Rule<LowerEvidenceCase> kAllowLowerEvidence[] = {
    {"suites-are-in-the-policy", suites_of_the_lower_evidence_are_in_the_policy},
    {"owner-is-an-approver", owner_is_an_approver},
    {"end-is-within-the-policys-bound", end_is_within_the_policys_bound},
    {"approval-is-in-force", approval_of_the_lower_evidence_is_in_force},
    {"approved-by-enough-people", lower_evidence_is_approved_by_enough_people},
};

inline constexpr Rule<AttestationCase> kAcceptAttestationInputs[] = {
    {"a-policy-is-installed", policy_for_the_attestation},
    {"attestation-can-be-read", attestation_can_be_read},
    {"attestation-is-signed-by-a-rebuilder", attestation_is_signed_by_a_rebuilder},
    {"attestation-is-of-this-lock", attestation_is_of_this_lock},
    {"target-is-the-locks", target_is_the_locks},
    {"environment-is-the-locks", environment_is_the_locks},
};
inline constexpr Rule<AttestationCase> kAcceptAttestation[] = {
    {"rebuilder-has-not-said-too-much", rebuilder_has_not_said_too_much},
};

inline constexpr Rule<DissentCase> kAllowDissentInputs[] = {
    {"a-policy-is-installed", policy_for_the_dissent},
    {"request-can-be-read", dissent_can_be_read},
    {"approval-names-this-dissent", approval_names_this_dissent},
};
inline constexpr Rule<DissentCase> kAllowDissent[] = {
    {"attestations-are-the-rebuilders", attestations_are_the_rebuilders},
    {"approval-is-in-force", approval_of_the_dissent_is_in_force},
    {"approved-by-enough-people", dissent_is_approved_by_enough_people},
};

inline constexpr Rule<WithdrawCase> kWithdrawInputs[] = {
    {"a-policy-is-installed", policy_is_there_to_ask},
    {"release-was-accepted", release_was_accepted},
};
inline constexpr Rule<WithdrawCase> kWithdraw[] = {
    {"approval-names-this-withdrawal", approval_names_this_withdrawal},
    {"approval-is-in-force", approval_of_the_withdrawal_is_in_force},
    {"approved-by-enough-people", withdrawal_is_approved_by_enough_people},
};

inline constexpr Rule<TimeCase> kTimeJump[] = {
    {"a-policy-is-installed", policy_and_floor_are_there},
    {"approval-names-this-jump", approval_names_this_jump},
    {"approval-is-in-force", approval_of_the_jump_is_in_force},
    {"approved-by-enough-people", jump_is_approved_by_enough_people},
    {"approval-is-not-used-up", approval_of_the_jump_is_not_used_up},
    {"clock-agrees-with-the-approved-time", clock_agrees_with_the_approved_time},
};

inline constexpr Rule<ReleaseCase> kSignAptRelease[] = {
    {"suite-is-in-the-policy", suite_is_in_the_policy},
    {"served-release-is-known", served_release_is_known},
    {"demo-terminal-marks-what-it-signs", demo_terminal_marks_what_it_signs},
    {"indices-are-exactly-the-suites", indices_are_exactly_the_suites},
    {"stanzas-are-those-accepted", stanzas_are_those_accepted},
    {"every-form-says-the-same", every_form_says_the_same},
    {"contents-are-those-of-the-packages", contents_are_those_of_the_packages},
};
inline constexpr Rule<ReleaseCase> kNewAptRelease[] = {
    {"suite-keys-are-not-over", suite_keys_are_not_over},
    {"suite-keys-are-in-the-agent", suite_keys_are_in_the_agent},
    {"one-part-of-each-key-signs", one_part_of_each_key_signs},
    {"date-is-newer-than-the-last", date_is_newer_than_the_last},
};

inline constexpr Rule<ReleaseCase> kRefreshAptRelease[] = {
    {"suite-is-in-the-policy", suite_is_in_the_policy},
    {"served-release-is-known", served_release_is_known},
    {"demo-terminal-marks-what-it-signs", demo_terminal_marks_what_it_signs},
    {"suite-has-a-release", suite_has_a_release},
    {"release-lists-the-suites-indices", release_lists_the_suites_indices},
    {"nothing-changed-since-the-release", nothing_changed_since_the_release},
    {"indices-are-not-signed-too-often", indices_are_not_signed_too_often},
    {"suite-keys-are-not-over", suite_keys_are_not_over},
    {"suite-keys-are-in-the-agent", suite_keys_are_in_the_agent},
    {"one-part-of-each-key-signs", one_part_of_each_key_signs},
    {"date-is-newer-than-the-last", date_is_newer_than_the_last},
};

inline constexpr Rule<FdroidCase> kSignFdroidIndex[] = {
    {"fdroid-repository-is-in-the-policy", fdroid_repository_is_in_the_policy},
    {"demo-terminal-marks-what-it-signs", demo_terminal_marks_its_index},
    {"fdroid-index-can-be-read", fdroid_index_can_be_read},
    {"every-listed-app-was-seen-here", every_listed_app_was_seen_here},
    {"fdroid-index-is-what-was-signed", fdroid_index_is_what_was_signed},
};
inline constexpr Rule<FdroidCase> kNewFdroidIndex[] = {
    {"fdroid-timestamp-is-newer-than-the-last", fdroid_timestamp_is_newer_than_the_last},
    {"fdroid-timestamp-is-not-ahead-of-the-clock", fdroid_timestamp_is_not_ahead_of_the_clock},
};

inline constexpr Rule<ChecksumsCase> kSignChecksums[] = {
    {"a-policy-is-installed", policy_for_the_checksums},
    {"demo-terminal-marks-what-it-signs", demo_terminal_marks_its_checksums},
    {"request-can-be-read", checksums_request_can_be_read},
    {"release-was-accepted", listed_release_was_accepted},
    {"release-is-not-withdrawn", listed_release_is_not_withdrawn},
    {"apks-are-signed", listed_apks_are_signed},
    {"files-can-be-listed", files_can_be_listed},
    {"keys-are-in-the-policy", keys_for_the_checksums_are_in_the_policy},
};
inline constexpr Rule<ChecksumsCase> kNewChecksums[] = {
    {"suite-keys-are-not-over", checksums_keys_are_not_over},
    {"suite-keys-are-in-the-agent", checksums_keys_are_in_the_agent},
    {"one-part-of-each-key-signs", one_part_of_each_checksums_key_signs},
};

inline constexpr Rule<ProvenanceCase> kSignAttestation[] = {
    {"a-policy-is-installed", policy_for_the_provenance},
    {"demo-terminal-marks-what-it-signs", demo_terminal_marks_its_provenance},
    {"request-can-be-read", provenance_request_can_be_read},
    {"release-was-accepted", attested_release_was_accepted},
    {"release-is-not-withdrawn", attested_release_is_not_withdrawn},
    {"apks-are-signed", attested_apks_are_signed},
    {"release-was-built", release_was_built},
    {"log-key-is-in-the-policy", log_key_for_the_provenance},
};

inline constexpr Rule<ApkCase> kSignApk[] = {
    {"output-is-an-empty-file", output_is_an_empty_file},
    {"apk-was-accepted", apk_was_accepted},
    {"release-is-not-withdrawn", application_is_not_withdrawn},
    {"version-code-is-the-newest", version_code_is_the_newest},
    {"application-keeps-its-key", application_keeps_its_key},
    {"apk-has-the-accepted-bytes", apk_has_the_accepted_bytes},
    {"apk-is-the-accepted-application", apk_is_the_accepted_application},
    {"schemes-serve-the-application", schemes_serve_the_application},
};

inline constexpr Rule<ApkCase> kSignAab[] = {
    {"output-is-an-empty-file", output_is_an_empty_file},
    {"bundle-was-accepted", apk_was_accepted},
    {"release-is-not-withdrawn", application_is_not_withdrawn},
    {"version-code-is-the-newest", version_code_is_the_newest},
    {"application-keeps-its-key", application_keeps_its_key},
    {"bundle-has-the-accepted-bytes", apk_has_the_accepted_bytes},
};

inline constexpr Rule<LineageCase> kSignApkLineage[] = {
    {"key-is-in-the-policy", key_is_in_the_policy},
    {"key-took-over-from-another", key_took_over_from_another},
};

inline constexpr Rule<CheckpointCase> kSignCheckpoint[] = {
    {"log-key-is-in-the-policy", log_key_is_in_the_policy},
    {"log-file-is-what-was-written", log_file_is_what_was_written},
};

inline constexpr Rule<SiblingImportCase> kImportSibling[] = {
    {"a-policy-is-installed", policy_for_the_sibling},
    {"sibling-is-in-the-policy", sibling_is_in_the_policy},
    {"sibling-keeps-its-log-key", sibling_keeps_its_log_key},
    {"no-sibling-contradiction-stands", sibling_did_not_contradict_itself},
    {"sibling-checkpoint-is-signed-by-its-key", sibling_checkpoint_is_signed_by_its_key},
    {"sibling-log-continues-what-was-seen", sibling_log_continues_what_was_seen},
    {"sibling-lines-can-be-read", sibling_lines_can_be_read},
    {"sibling-adopted-what-is-there", sibling_adopted_what_is_there},
    {"sibling-is-not-ahead-of-the-clock", sibling_is_not_ahead_of_the_clock},
};

// Then those of the request that the sibling has answered, all of them.
inline constexpr Rule<AdoptCase> kAdopt[] = {
    {"a-policy-is-installed", policy_for_the_adoption},
    {"sibling-is-in-the-policy", adopted_sibling_is_in_the_policy},
    {"no-sibling-contradiction-stands", adopted_sibling_did_not_contradict_itself},
    {"line-is-known-and-next", line_is_known_and_next},
    {"request-is-the-lines", request_is_the_lines},
    {"policy-is-the-lines", policy_is_the_lines},
};

}  // namespace hallmark::rules_of
