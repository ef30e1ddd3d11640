// What the signer knows: its own copy of the policy, what it accepted, what it signed. Everything
// that it is shown is judged against this, and nobody else can write it (sign/state.db, 0700).
//
// Reads and writes of one request happen in one transaction (State::begin), which signer/commit.hpp
// ends together with the release log.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/bytes.hpp"
#include "core/digest.hpp"
#include "core/model/approval.hpp"
#include "signer/database.hpp"
#include "signer/fdroid_facts.hpp"
#include "signer/sibling_facts.hpp"
#include "signer/state_facts.hpp"

namespace hallmark {

// Of the columns sha256, size, idsig_sha256 and idsig_size.
Result<SignedApk> read_signed_apk(const SqlRow& row, const Sha256Digest& unsigned_sha256);

class State {
 public:
  // Creates the database if there is none. A database of another version is an error.
  static Result<State> open(const std::string& directory);

  Result<Transaction> begin() const { return Transaction::begin(*database_); }

  Result<LogHead> log_head() const;
  Status set_log_head(const LogHead& head) const;
  Result<std::optional<SignedCheckpoint>> last_checkpoint() const;
  Status set_checkpoint(const SignedCheckpoint& checkpoint) const;
  // The newest time that the signer has acted at, or that an approval has put in its place.
  Result<std::optional<int64_t>> time_floor() const;
  Status set_time_floor(int64_t floor) const;
  // The approval of such a change is used up by it.
  Result<bool> time_jump_was_used(const Sha256Digest& statement) const;
  Status add_time_jump(const Sha256Digest& statement, int64_t now) const;
  // What a published checkpoint has shown to be wrong with this state; empty: nothing.
  Result<std::string> contradiction() const;
  Status set_contradiction(const std::string& cause) const;

  // What lines of the log name by digest: requests, policies. Adding what is there changes nothing.
  Status keep_text(const std::string& text) const;
  using VisitText = std::function<Status(const std::string& sha256, std::string_view text)>;
  Status each_kept_text(const VisitText& visit) const;

  // Of other terminals of the group.
  Result<std::vector<Sibling>> siblings() const;
  Result<std::optional<Sibling>> sibling(const std::string& terminal) const;
  Status set_sibling(const Sibling& sibling) const;
  Status add_sibling_line(const SiblingLine& line) const;
  // The text of each line, from the first.
  using VisitLine = std::function<Status(std::string_view line)>;
  Status each_sibling_line(const std::string& terminal, const VisitLine& visit) const;
  // At most `limit`, from `from` on.
  Result<std::vector<SiblingLine>> sibling_lines(const std::string& terminal, uint64_t from,
                                                 uint64_t limit) const;
  // What is still to be judged here, without its text; at most `limit`.
  Result<std::vector<SiblingLine>> pending_lines(const std::string& terminal, uint64_t limit) const;
  // The last time that its lines count as of; 0: it has none.
  Result<int64_t> newest_sibling_time(const std::string& terminal) const;
  Result<int64_t> count_pending(const std::string& terminal) const;
  // Lines that put a policy in force, without their text.
  Result<std::vector<SiblingLine>> sibling_policies(const std::string& terminal) const;
  Result<bool> sibling_line_is_settled(const std::string& terminal, uint64_t sequence) const;
  // Whether a line after this one says that the artefact was called back.
  Result<bool> sibling_calls_back(const std::string& terminal, uint64_t after,
                                  const Sha256Digest& sha256) const;
  // Of the places that any sibling's log says the artefact came to, those from which this
  // terminal's log, or that of one that accepted or promoted it by itself, does not call it back:
  // once called back, the same bytes never come again. With the last time at which it came.
  struct TimeInSuite {
    std::string suite;
    std::string component;
    int64_t time = 0;  // seconds since 1970
  };
  Result<std::vector<TimeInSuite>> not_called_back(const std::string& terminal,
                                                   const Sha256Digest& sha256) const;
  // Higher versions that came since, by the siblings' logs and by what was accepted here, to the
  // indices that list this package; at least so many.
  Result<uint64_t> told_newer_versions(const DerivedStanza& package,
                                       const TimeInSuite& since) const;
  Status settle_lines(const std::string& terminal, uint64_t first, uint64_t count) const;
  // Policies up to this line, of which a later one is known here.
  Status settle_policies(const std::string& terminal, uint64_t last) const;
  // What a sibling adopted from a line that is settled here; not where the line names another
  // request: then two histories were shown, and people have to look.
  Status settle_copies() const;

  // The signed form of an accepted APK, as a sibling's log has it.
  // The first that a terminal says of an APK stays.
  Status add_sibling_apk(const SiblingApk& apk) const;
  Result<std::vector<SiblingApk>> sibling_apks(const Sha256Digest& unsigned_sha256) const;

  // Of all terminals, this one too.
  Status add_known_release(const KnownRelease& release) const;
  Result<bool> release_is_known(const std::string& suite, const std::string& file,
                                const Sha256Digest& sha256) const;
  // The last of each terminal.
  Result<std::vector<KnownRelease>> last_releases(const std::string& suite,
                                                  const std::string& file) const;

  // By OpenPGP fingerprint, SHA-256 of a certificate, or fingerprint of an SSH key.
  Result<std::optional<KeyUse>> last_key_use(const std::string& key) const;
  Status set_key_use(const std::string& key, const KeyUse& use) const;

  Result<std::optional<InstalledPolicy>> policy() const;
  // Refused before the ceremony.
  Result<InstalledPolicy> policy_in_force() const;
  // Puts it in force.
  Status install_policy(std::string_view text, const std::optional<Sha256Digest>& statement,
                        int64_t now) const;
  // Oldest first; the last is in force.
  Result<std::vector<PolicyInForce>> policy_history() const;
  Result<bool> policy_was_in_force(const std::string& sha256_hex) const;
  // The DER certificates of APK keys, by name.
  Result<std::optional<std::string>> certificate(const std::string& key) const;
  Status put_certificate(const std::string& key, const std::string& der) const;

  // What a new policy must go on serving.
  Result<std::vector<IndexPlace>> places_with_packages() const;
  Result<std::vector<std::string>> suites_with_releases() const;
  Result<std::vector<std::string>> application_names() const;
  Result<std::vector<std::string>> lineage_keys() const;

  // Where a release brings something.
  struct Place {
    std::string release;  // SHA-256 of a lock or an import manifest, in hex
    std::string suite;
    std::string component;
  };
  // nullopt: nothing was accepted for this lock and target.
  Result<std::optional<AcceptedBuild>> build(const Sha256Digest& lock, const Target& target) const;
  // In order of suite, component, architecture and environment.
  Result<std::vector<AcceptedBuild>> builds_of(const ReleaseInSuite& release) const;
  Status add_build(const AcceptedBuild& build, int64_t now) const;
  // Another terminal accepted by itself, at that time, what is known here.
  Status accepted_elsewhere(const Place& place, const Sha256Digest& sha256, int64_t time) const;
  // The target that it was built for, of one that may have been promoted since.
  Result<Target> built_for(const AcceptedBuild& build) const;
  // Whether `sha256` was accepted as part of this product's version, as a file of this kind.
  Result<bool> is_accepted(const std::string& product, const std::string& version,
                           const std::string& kind, const Sha256Digest& sha256) const;
  // Whether any file of this kind was accepted that has so many bytes.
  Result<bool> is_accepted_size(const std::string& kind, uint64_t size) const;
  // Something was accepted of it, and nothing but packages.
  Result<bool> is_product_of_packages(const std::string& product) const;
  // Whether `sha256` is part of a build there.
  Result<bool> is_accepted_at(const Place& place, const Sha256Digest& sha256) const;
  // The release that `sha256` was last accepted for, as a file of this kind.
  Result<std::optional<AcceptedRelease>> accepted_for(const std::string& kind,
                                                      const Sha256Digest& sha256) const;

  // Adding what is there already changes nothing.
  Status add_stanza(const IndexPlace& place, const DerivedStanza& stanza) const;
  // In the order of an index: package, version as dpkg orders it, architecture. Of sources, too.
  Status each_stanza(const IndexPlace& place,
                     const std::function<Status(const DerivedStanza&)>& visit) const;
  // What the suites hold and what was withdrawn from them, each package, and each source, of a
  // suite's component once; at most `limit`, from number `after` of one order.
  Status packages_in_suites(int64_t after, int64_t limit,
                            const std::function<Status(const PackageInSuite&)>& visit) const;
  // The shards of an index as they were at its last check, compressed as "gz" or "xz".
  Result<std::vector<KnownForm>> known_forms(const IndexPlace& place,
                                             const std::string& compression) const;
  // Takes the place of what was known.
  Status set_known_forms(const IndexPlace& place, const std::string& compression,
                         const std::vector<KnownForm>& forms) const;
  // Contents. `place` is that of the Packages index with the same packages.
  Status add_deb_paths(const Sha256Digest& deb, const ListedPaths& paths) const;
  // Brings the shards up to date with the stanzas, in a transaction of its own, and gives size and
  // digest of their text.
  Result<FileDigest> update_contents_of(const IndexPlace& place) const;
  // Forgets the shards of indices that the policy does not have.
  Status keep_contents_of(const Policy& policy) const;
  // A gzip member for each shard, in order; the signer's own.
  Status each_contents_form(const IndexPlace& place,
                            const std::function<Status(std::string_view form)>& visit) const;
  // Of this .deb in a suite's component.
  Result<std::optional<DerivedStanza>> stanza(const std::string& suite,
                                              const std::string& component,
                                              const Sha256Digest& sha256) const;
  // A source package, in the Sources of a suite's component. Adding what is there changes nothing.
  Status add_source(const std::string& suite, const std::string& component,
                    const DerivedStanza& source) const;
  Result<bool> has_sources(const std::string& suite, const std::string& component) const;
  Result<std::optional<DerivedStanza>> source(const std::string& suite,
                                              const std::string& component,
                                              const Sha256Digest& dsc) const;
  // The product whose build last brought this source package into any suite; empty: none did.
  Result<std::string> product_of_source(const std::string& package) const;
  // Other bytes that a file of a source package, in any suite, had under this name.
  Result<std::optional<Sha256Digest>> other_source_file(const std::string& name,
                                                        const Sha256Digest& sha256) const;
  // Of one that was called back before it was known here.
  Status add_former_source(const std::string& suite, const std::string& component,
                           const DerivedStanza& source) const;
  // Takes out of a suite, or of every one, the sources of which no package is left there.
  Status withdraw_sources(const std::string& suite) const;
  Result<std::vector<FormerPackage>> former_sources(const Sha256Digest& dsc,
                                                    const std::string& suite) const;

  // The product whose build last brought this binary package into any suite; empty: none did.
  Result<std::string> product_of(const std::string& package) const;
  // The highest that the suite has or had; empty: none.
  Result<std::string> newest_version(const std::string& suite, const std::string& package) const;
  // The highest of those that were accepted until `time`.
  Result<std::string> newest_version_at(const std::string& suite, const std::string& package,
                                        int64_t time) const;
  // The highest that is in its indices, withdrawn ones not counted.
  Result<std::string> newest_standing_version(const std::string& suite,
                                              const std::string& package) const;
  // What an approval allows, once.
  Result<bool> has_lowered_versions(const Sha256Digest& statement) const;
  Status allow_lowered_version(const LoweredVersion& lowered, const Sha256Digest& statement,
                               int64_t expires) const;
  // To a release of this lock, and to no other once it has been used.
  Result<bool> lowered_version_is_allowed(const LoweredVersion& lowered, const Sha256Digest& lock,
                                          int64_t now) const;
  Status use_lowered_version(const std::string& suite, const DerivedStanza& package,
                             const Sha256Digest& lock) const;

  // What is in force follows from the set of statements alone, in whatever order they came: the
  // lowest share of those that no other follows. Before the first, what the product file began
  // with.
  Result<RolloutShare> rollout_share(const ReleaseInSuite& release) const;
  // What was in force by the statements that this one follows, whatever has come beside them;
  // nullopt: one of them is not known here.
  Result<std::optional<uint64_t>> share_followed(const RolloutStatement& rollout) const;
  Result<std::vector<RollingOut>> releases_rolling_out() const;
  // All that suites have of a product; each suite's versions rise.
  Result<std::vector<RollingOut>> releases_in_suites(const std::string& product) const;
  // Of the suite's packages those that fewer than all machines take.
  using VisitPhased = std::function<Status(std::string_view sha256, uint64_t percentage)>;
  Status each_phased(const std::string& suite, const VisitPhased& visit) const;
  Result<bool> rollout_was_used(const Sha256Digest& statement) const;
  Status add_rollout(const Sha256Digest& statement, const RolloutStatement& rollout) const;
  // After builds or statements have come: what the package's stanza says from now on. It is the
  // highest share of the releases that have the package in the suite.
  Status settle_share(const std::string& suite, const Sha256Digest& sha256) const;
  // Names of products that packages of this release's names ever belonged to.
  Result<std::vector<std::string>> products_of_packages(const ReleaseInSuite& release) const;
  // The .deb that already has this name, version and architecture, in any suite; or another epoch
  // of the version, which file names do not have.
  Result<std::optional<PublishedDeb>> published_deb(const DerivedStanza& stanza) const;

  Result<bool> has_lowered_evidence(const Sha256Digest& statement) const;
  Status allow_lowered_evidence(const LoweredEvidence& lowered,
                                const Sha256Digest& statement) const;
  // What has not ended, soonest first.
  Result<std::vector<LoweredEvidence>> lowered_evidence(int64_t now) const;

  // In the order in which they came.
  Result<std::vector<KeptAttestation>> attestations(const Sha256Digest& lock,
                                                    const Target& target) const;
  Result<std::vector<KeptAttestation>> attestations_of(const std::string& product,
                                                       const std::string& version) const;
  // The same statement, by the same key.
  Result<bool> has_attestation(const KeptAttestation& attestation) const;
  Status add_attestation(const KeptAttestation& attestation) const;
  // By the approval `statement`.
  Result<bool> has_overruled(const Sha256Digest& statement) const;
  Status overrule(const Saying& saying, const Sha256Digest& outcome,
                  const Sha256Digest& statement) const;
  // In favour of whatever outcome.
  Result<bool> is_overruled(const Saying& saying) const;
  // In favour of this one (outcome_digest() of rebuilders.hpp).
  Result<bool> is_overruled_for(const Saying& saying, const Sha256Digest& outcome) const;

  // Of a release, in one suite or in every one (kEverySuite); sorted.
  Result<std::vector<ReleaseArtefact>> release_artefacts(const ReleaseInSuite& release) const;
  // Every release of every product that has one of its artefacts there.
  Result<std::vector<ReleaseHolder>> release_holders(const ReleaseInSuite& release) const;
  // Was this asked for before, exactly so?
  Result<bool> has_withdrawal(const ReleaseInSuite& release) const;
  // Is it called back, there or everywhere?
  Result<bool> is_withdrawn(const ReleaseInSuite& release) const;
  // Is some release that holds these bytes?
  Result<bool> bytes_are_withdrawn(const Sha256Digest& sha256) const;
  // Another release than `own` that has these bytes, in words; empty: none. kToldOf: of those whose
  // builds were never here, so that their digests are but what a log told.
  enum class Holders { kAll, kToldOf };
  Result<std::string> other_release_with(const Sha256Digest& sha256, const ReleaseInSuite& own,
                                         Holders holders) const;
  // A release whose bytes were never here because a sibling's log said that they had left, and that
  // nothing that was judged here calls back or is newer than.
  Result<std::optional<ReleaseInSuite>> unread_and_not_gone() const;
  Status add_withdrawal(const ReleaseInSuite& release, const Sha256Digest& statement,
                        int64_t now) const;
  // Of one that was called back before it was known here.
  Status add_former_stanza(const IndexPlace& place, const DerivedStanza& package) const;
  // Takes the .deb out of the suite's indices, or out of every suite's.
  Status withdraw_stanzas(const Sha256Digest& deb, const std::string& suite) const;
  Result<std::vector<FormerPackage>> former_packages(const Sha256Digest& deb,
                                                     const std::string& suite) const;

  // Takes out of the suite what newer versions have taken the place of: each .deb of these packages
  // (of every package) for which each index that lists it has, or had, `keep` higher versions that
  // came after it; and the sources that are left without packages.
  Status retire(const std::string& suite, const std::set<std::string>& packages,
                uint64_t keep) const;
  Status retire_all(const std::string& suite, uint64_t keep) const;
  // As the suite's component had it.
  Result<std::optional<DerivedStanza>> retired_stanza(const std::string& suite,
                                                      const std::string& component,
                                                      const Sha256Digest& sha256) const;
  // Of all suites, in the order in which they left; at most `limit`, from behind number `after`.
  using VisitRetired = std::function<Status(const RetiredPackage&)>;
  Status retired_packages(int64_t after, int64_t limit, const VisitRetired& visit) const;
  // The number of the last; 0: there is none.
  Result<int64_t> last_retired() const;
  // The names of the packages that this file is there, or was.
  Result<std::vector<std::string>> package_names(const Sha256Digest& deb,
                                                 const std::string& suite) const;

  Status add_application(const AcceptedApplication& application, int64_t now) const;
  Result<std::optional<AcceptedApplication>> application(const Sha256Digest& sha256) const;
  // The one with the highest version code, of those that were accepted until `time`; of two with
  // the same, what was not called back, and then the one that was here first.
  Result<std::optional<AcceptedApplication>> newest_application(const AppLane& lane,
                                                                int64_t time = kAnyTime) const;
  // The same among what an output was before, whatever the ABIs.
  Result<std::optional<AcceptedApplication>> newest_of_output(const ProductOutput& output,
                                                              int64_t time = kAnyTime) const;
  // Another one of this version code that was not called back.
  Result<bool> has_other_application(const AcceptedApplication& application) const;
  Result<std::vector<ApkPlace>> apk_places(int64_t after, int64_t limit) const;
  Result<std::optional<SignedApk>> signed_apk(const Sha256Digest& unsigned_sha256) const;
  Status add_signed_apk(const SignedApk& apk, int64_t now) const;

  // Adding what is there changes nothing.
  Status add_apk_facts(const ApkFacts& facts) const;
  // All that stand, by application and version code.
  Result<std::vector<ListedApk>> listed_apks() const;
  // Accepted apps that other terminals have signed, and whose signed form was never seen here.
  Result<std::vector<UnseenApk>> unseen_apks() const;
  Result<std::optional<SignedFdroidIndex>> newest_fdroid_index() const;
  Status add_fdroid_index(const SignedFdroidIndex& index) const;

  // The lineage file of a rotated key; once there it never changes.
  Result<std::optional<std::string>> lineage(const std::string& key) const;
  Status add_lineage(const std::string& key, const std::string& file, int64_t now) const;

  Result<std::optional<SignedRelease>> newest_release(const std::string& suite) const;
  Status add_release(const SignedRelease& release) const;
  // How many of this suite, with these indices, are dated within that time.
  Result<int64_t> count_releases(const std::string& suite, const Sha256Digest& indices,
                                 const TimeSpan& dated) const;

  Result<std::optional<SignedChecksums>> checksums(const NamedRelease& release) const;
  // In place of what there was.
  Status set_checksums(const SignedChecksums& checksums) const;
  Result<std::optional<SignedProvenance>> provenance(const NamedRelease& release) const;
  // In place of what there was.
  Status set_provenance(const SignedProvenance& provenance) const;
  Result<std::vector<KnownChecksums>> known_checksums(const NamedRelease& release) const;
  Status set_known_checksums(const KnownChecksums& known) const;
  // In order; at most `limit`, from behind `after` on.
  Result<std::vector<NamedRelease>> releases_with_checksums(const NamedRelease& after,
                                                            int64_t limit) const;
  // Of a .deb that the suite has or had.
  Result<std::optional<DebName>> deb_name(const std::string& suite,
                                          const Sha256Digest& sha256) const;
  // Is some release that has these bytes, in that suite, called back from there?
  Result<bool> bytes_are_called_back_from(const std::string& suite,
                                          const Sha256Digest& sha256) const;

  // For `status`.
  Result<int64_t> count_artefacts() const;
  Result<int64_t> count_stanzas(const std::string& suite) const;

 private:
  explicit State(std::unique_ptr<Database> database) : database_(std::move(database)) {}
  Status each_source(const IndexPlace& place,
                     const std::function<Status(const DerivedStanza&)>& visit) const;
  // The .debs to retire; `values`: the suite, and those of the condition `which`.
  Result<std::vector<DebInComponent>> outdated_debs(const std::string& which,
                                                    const std::vector<SqlValue>& values,
                                                    uint64_t keep) const;
  Status retire_debs(const std::string& suite, const std::vector<DebInComponent>& debs) const;
  // Those that `which` is true of, and that no package is left of.
  Status take_out_sources(const std::string& which, const std::vector<SqlValue>& values) const;
  // Of the builds that brought these .debs.
  Status retire_sources(const std::string& suite, const std::vector<DebInComponent>& debs) const;
  Result<std::vector<AcceptedBuild>> read_builds(const std::string& where,
                                                 const std::vector<SqlValue>& values) const;
  Result<std::vector<KeptAttestation>> read_attestations(const std::string& where,
                                                         const std::vector<SqlValue>& values) const;
  Result<int64_t> last_row() const;
  Result<std::vector<SiblingLine>> read_lines(const std::string& text_column,
                                              const std::string& where,
                                              const std::vector<SqlValue>& values) const;
  // The first column of the one row; 0: there is none.
  Result<int64_t> number(const char* sql, const std::string& terminal) const;
  // The first column of every row.
  Result<std::vector<std::string>> list(const char* sql,
                                        const std::vector<SqlValue>& values = {}) const;
  // Whether there is a row.
  Result<bool> is_there(const char* sql, const std::vector<SqlValue>& values) const;

  std::unique_ptr<Database> database_;
};

}  // namespace hallmark
