// accept-build: a build's artefacts become known to the signer, and signable, because enough people
// approved of the lock and the builder says that this is what it gives.
//
// Request: {"product", "lock", "statement": texts, "signatures": [{"approver", "signature"}],
// "record": SHA-256 in hex}, the artefacts as descriptors in the record's order; then, of packages
// that are built from a .dsc, the files of the lock's source in its order. With "target", one of
// the lock's, in place of "record" nothing was built here: the record is what enough rebuilders
// got, its artefacts sorted by name. Answer: {"accepted": [{"name", "sha256", "stanza"?}]}.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/model/lock.hpp"
#include "core/model/product.hpp"
#include "core/model/record.hpp"
#include "core/wire.hpp"
#include "signer/approval_check.hpp"
#include "signer/context.hpp"
#include "signer/rebuilders.hpp"
#include "verify/apk/manifest.hpp"
#include "verify/deb_package.hpp"
#include "verify/source_package.hpp"

namespace hallmark {

// AppLane::abis of every bundle.
constexpr const char* kBundleLane = "bundle";

struct CandidateArtefact {
  BuiltArtefact built;  // as the record names it
  UniqueFd copy;        // the signer's own
  std::optional<DebPackage> deb;
  ListedPaths paths;  // of a .deb
  // Of an app, whose kind is "apk" or "aab".
  std::optional<ApkManifest> manifest;
  AppLane lane;
  bool signed_elsewhere = false;                // `copy` is the form that a sibling made of it
  const CalledBackFile* called_back = nullptr;  // in an adoption: there is no copy

  std::string kind() const { return deb ? "deb" : (lane.abis == kBundleLane ? "aab" : "apk"); }
};

// The source package that packages were built from.
struct CandidateSource {
  DerivedStanza stanza;
  std::string folder;  // of the pool
};

// What the rules establish, in their order.
struct BuildCase {
  const SignerContext& context;
  const Message& untrusted_request;

  InstalledPolicy policy{};
  Product product{};
  Sha256Digest product_sha256{};
  Lock lock{};
  Sha256Digest lock_sha256{};
  Sha256Digest record_sha256{};
  std::string record_text{};
  BuildRecord record{};
  Approval approval{};
  RebuildersWord word{};
  Evidence evidence = Evidence::kPrebuilt;  // with what rebuilders say
  std::vector<CandidateArtefact> artefacts{};
  std::optional<CandidateSource> source{};
};

// What was handed in, and what it says it is (accept_inputs.cpp).
Status a_policy_is_installed(BuildCase& subject);
Status lock_is_of_this_product(BuildCase& subject);
Status record_is_from_the_builder(BuildCase& subject);
// Without a record of the builder's.
Status enough_rebuilders_agree(BuildCase& subject);
Status record_is_of_this_lock(BuildCase& subject);

Status release_is_not_withdrawn(BuildCase& subject);

// The same build may be handed in again; the answer is the same and nothing changes.
Result<bool> is_accepted_already(const BuildCase& subject);

// Who allows it (accept_approval.cpp).
Status targets_are_in_the_policy(BuildCase& subject);
Status approval_names_this_release(BuildCase& subject);
Status approval_is_in_force(BuildCase& subject);
Status approved_by_enough_people(BuildCase& subject);
Status approval_is_not_used_up(BuildCase& subject);
Status no_rebuilder_dissents(BuildCase& subject);
Status evidence_reaches_the_policy(BuildCase& subject);

// What the bytes are (accept_artefacts.cpp, accept_sources.cpp, accept_applications.cpp).
Status artefacts_are_those_of_the_record(BuildCase& subject);
Status source_is_that_of_the_lock(BuildCase& subject);
Status artefacts_fit_the_recipe(BuildCase& subject);
Status packages_fit_the_target(BuildCase& subject);
Status packages_are_the_products_own(BuildCase& subject);
Status keyring_package_has_the_policys_keys(BuildCase& subject);
Status source_is_the_products_own(BuildCase& subject);
Status artefacts_were_not_withdrawn(BuildCase& subject);
Status versions_are_not_lowered(BuildCase& subject);
Status published_packages_keep_their_bytes(BuildCase& subject);
Status published_sources_keep_their_bytes(BuildCase& subject);
Status application_is_mapped_to_its_key(BuildCase& subject);
Status application_is_not_debuggable(BuildCase& subject);
Status version_code_rises(BuildCase& subject);

// In an adoption: of what was called back since (accept_called_back.cpp). Of a build all of it was,
// or nothing.
bool is_called_back(const BuildCase& subject);
Status called_back_are_the_records(const BuildCase& subject);
Status take_package_as_told(const BuildCase& subject, CandidateArtefact& artefact);
Status take_application_as_told(const RecipeOutput& output, CandidateArtefact& artefact);
CandidateSource source_as_locked(const BuildCase& subject);

// What the lock pins of the source package, its .dsc first; none of a build from git, nor of an
// app.
std::span<const LockedFile> source_files(const BuildCase& subject);

// AppLane::abis of an APK: those that it has native code for.
std::string abi_lane(const ZipArchive& archive);
// Reads what an APK, or an app bundle, says of itself.
Status read_application(const RecipeOutput& output, CandidateArtefact& artefact);

// Writes it all down, and the log lines that tell of it (accept_commit.cpp).
Status commit_acceptance(const BuildCase& subject);
Result<Response> acceptance_answer(const BuildCase& subject);

}  // namespace hallmark
