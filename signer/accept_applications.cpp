// accept-build: what apps may be.
#include <algorithm>
#include <limits>
#include <set>

#include "signer/accept_build.hpp"
#include "signer/rules.hpp"
#include "signer/sibling_apks.hpp"
#include "verify/apk/bundle.hpp"
#include "verify/apk/native_code.hpp"

namespace hallmark {
namespace {

constexpr const char* kNoAbi = "any";

template <typename Check>
Status each_app(BuildCase& subject, const Check& check) {
  for (const CandidateArtefact& artefact : subject.artefacts) {
    if (artefact.manifest) HALLMARK_CHECK(check(artefact, *artefact.manifest));
  }
  return ok_status();
}

Status read_apk(CandidateArtefact& artefact) {
  HALLMARK_TRY(const FileBytes file, FileBytes::open(artefact.copy.get()));
  HALLMARK_TRY(const ZipArchive archive, read_zip(file));
  HALLMARK_TRY(artefact.manifest, read_apk_manifest(file, archive));
  artefact.lane.abis = abi_lane(archive);
  return ok_status();
}

// Its APKs are made, and signed, by a store: their ABIs are not ours to tell apart.
Status read_bundle_of(CandidateArtefact& artefact) {
  HALLMARK_TRY(AppBundle bundle, read_app_bundle(artefact.copy.get()));
  artefact.manifest = std::move(bundle.manifest);
  artefact.lane.abis = kBundleLane;
  return ok_status();
}

int64_t version_code(const CandidateArtefact& artefact) {
  return static_cast<int64_t>(artefact.manifest->version_code);
}

// What a sibling accepted is compared with what had been accepted by then, and with nothing if it
// was called back there: it will be here, too, and nothing is signed until then.
struct Comparison {
  int64_t time = kAnyTime;
  bool is_needed = true;
};
Result<Comparison> comparison(const BuildCase& subject, const CandidateArtefact& artefact) {
  Comparison out;
  if (subject.context.adoption == nullptr) return out;
  out.time = subject.context.adoption->time;
  HALLMARK_TRY(const bool called_back, is_called_back_there(subject, artefact));
  out.is_needed = !called_back;
  return out;
}

// Is a higher one there, or this one with other bytes? At a sibling's, whatever was called back
// here has made room for the same code.
Result<bool> is_in_the_way(const BuildCase& subject, const CandidateArtefact& artefact,
                           const std::optional<AcceptedApplication>& newest) {
  if (!newest || newest->sha256 == artefact.built.sha256) return false;
  if (newest->version_code > version_code(artefact)) return true;
  if (newest->version_code < version_code(artefact)) return false;
  if (subject.context.adoption == nullptr) return true;
  HALLMARK_TRY(const bool withdrawn, subject.context.state.bytes_are_withdrawn(newest->sha256));
  return !withdrawn;
}

Status version_code_rises_in_lane(const BuildCase& subject, const CandidateArtefact& artefact) {
  const State& state = subject.context.state;
  HALLMARK_TRY(const std::optional<AcceptedApplication> known,
               state.application(artefact.built.sha256));
  if (known && known->lane != artefact.lane) {
    return policy_error(artefact.built.name, "was accepted before as " + describe(known->lane),
                        "leave its flavour in the product file as it was");
  }
  HALLMARK_TRY(const Comparison compare, comparison(subject, artefact));
  if (!compare.is_needed) return ok_status();
  HALLMARK_TRY(const std::optional<AcceptedApplication> newest,
               state.newest_application(artefact.lane, compare.time));
  HALLMARK_TRY(bool in_the_way, is_in_the_way(subject, artefact, newest));
  const AcceptedApplication wanted{artefact.lane, version_code(artefact), "",
                                   artefact.built.sha256};
  // Two terminals accepted it at once: which of them was first settles nothing.
  if (!in_the_way && subject.context.adoption != nullptr) {
    HALLMARK_TRY(in_the_way, state.has_other_application(wanted));
  }
  if (!in_the_way) return ok_status();
  return policy_error(
      artefact.built.name,
      "has version code " + std::to_string(wanted.version_code) + ", and another build of " +
          describe(artefact.lane) + " has " +
          std::to_string(std::max(newest ? newest->version_code : 0, wanted.version_code)) +
          " already",
      "raise the version code");
}

// The ABIs are what the builder's bytes say: one library more, or one less, would be the way to a
// lane that no code was ever in. What an output is called is in the product file, which people
// approve of.
Status version_code_rises_in_output(const BuildCase& subject, const CandidateArtefact& artefact) {
  HALLMARK_TRY(const Comparison compare, comparison(subject, artefact));
  if (!compare.is_needed) return ok_status();
  HALLMARK_TRY(const std::optional<AcceptedApplication> newest,
               subject.context.state.newest_of_output({subject.lock.product, subject.record.target,
                                                       artefact.built.name, artefact.lane},
                                                      compare.time));
  HALLMARK_TRY(const bool in_the_way, is_in_the_way(subject, artefact, newest));
  if (!in_the_way) return ok_status();
  return policy_error(artefact.built.name,
                      "has version code " + std::to_string(version_code(artefact)) +
                          ", and this output was " + describe(newest->lane) + " with " +
                          std::to_string(newest->version_code) + " before",
                      "raise the version code, or give the output another name");
}

}  // namespace

std::string abi_lane(const ZipArchive& archive) {
  std::string out;
  for (const std::string& abi : native_abis(archive)) out += (out.empty() ? "" : ",") + abi;
  return out.empty() ? kNoAbi : out;
}

Status read_application(const RecipeOutput& output, CandidateArtefact& artefact) {
  HALLMARK_CHECK(
      untrusted(output.name.ends_with(".aab") ? read_bundle_of(artefact) : read_apk(artefact)));
  artefact.lane.application = artefact.manifest->package;
  artefact.lane.flavour = output.flavour;
  return ok_status();
}

Status application_is_mapped_to_its_key(BuildCase& subject) {
  return each_app(
      subject, [&](const CandidateArtefact& artefact, const ApkManifest& app) -> Status {
        const Recipe& recipe = subject.product.recipe;
        if (app.package != recipe.package) {
          return policy_error(artefact.built.name, "is the application " + app.package +
                                                       ", and the product is " + recipe.package);
        }
        const ApkKeyPolicy* key = subject.policy.policy.apk_key(recipe.key);
        const bool mapped = key != nullptr && std::find(key->packages.begin(), key->packages.end(),
                                                        app.package) != key->packages.end();
        if (mapped) return ok_status();
        return policy_error("application " + app.package,
                            "is not mapped to the key '" + recipe.key + "' in the installed policy",
                            "the policy must list the application under that key");
      });
}

Status application_is_not_debuggable(BuildCase& subject) {
  return each_app(subject, [](const CandidateArtefact& artefact, const ApkManifest& app) -> Status {
    if (!app.debuggable) return ok_status();
    return policy_error(artefact.built.name, "is debuggable", "build it for release");
  });
}

Status version_code_rises(BuildCase& subject) {
  std::set<AppLane> seen;
  return each_app(
      subject, [&](const CandidateArtefact& artefact, const ApkManifest& app) -> Status {
        if (app.version_code > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
          return policy_error(artefact.built.name, "has a version code beyond reason");
        }
        // Of two, one would be older than the other as soon as they are accepted.
        if (!seen.insert(artefact.lane).second) {
          return policy_error(artefact.built.name,
                              "is the second " + describe(artefact.lane) + " in this build",
                              "give the outputs different flavours in the product file");
        }
        HALLMARK_CHECK(version_code_rises_in_lane(subject, artefact));
        return version_code_rises_in_output(subject, artefact);
      });
}

}  // namespace hallmark
