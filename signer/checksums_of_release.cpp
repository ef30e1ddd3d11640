#include "signer/checksums_of_release.hpp"

#include <set>

#include "core/debian_version.hpp"

namespace hallmark {
namespace {

std::string named(const ReleaseToList& list) {
  return list.release.product + " " + list.release.version;
}

// Of a source file the release alone counts: an upstream archive belongs to every Debian revision
// of a version.
Status check_not_called_back(const State& state, const ReleaseToList& list,
                             const AcceptedBuild& build) {
  for (const AcceptedArtefact& artefact : build.artefacts) {
    if (is_source(artefact.kind)) continue;
    HALLMARK_TRY(const bool called_back,
                 state.bytes_are_called_back_from(build.target.suite, artefact.sha256));
    if (!called_back) continue;
    return policy_error(named(list), "has " + artefact.name + " in suite " + build.target.suite +
                                         ", which was called back with another release");
  }
  return ok_status();
}

// As verify/deb_package.hpp calls it in the pool.
Result<std::string> served_name(const State& state, const AcceptedBuild& build,
                                const AcceptedArtefact& artefact) {
  if (artefact.kind != "deb") {
    const std::string& path = artefact.kind == "apk" ? artefact.path : artefact.name;
    return path.substr(path.rfind('/') + 1);
  }
  HALLMARK_TRY(const std::optional<DebName> deb,
               state.deb_name(build.target.suite, artefact.sha256));
  if (!deb) return failed("signing state", "does not know what package " + artefact.name + " is");
  return deb->package + "_" + std::string(without_epoch(deb->version)) + "_" + deb->architecture +
         ".deb";
}

Result<Sha256Digest> served_digest(const State& state, const AcceptedArtefact& artefact) {
  if (artefact.kind != "apk") return artefact.sha256;
  HALLMARK_TRY(const std::optional<SignedApk> form, state.signed_apk(artefact.sha256));
  if (form) return form->apk.sha256;
  return policy_error(artefact.name, "was not signed here");
}

}  // namespace

Result<ListedChecksum> listed_file(const State& state, const AcceptedBuild& build,
                                   const AcceptedArtefact& artefact) {
  ListedChecksum file;
  HALLMARK_TRY(file.name, served_name(state, build, artefact));
  HALLMARK_TRY(file.sha256, served_digest(state, artefact));
  return file;
}

Status find_what_was_accepted(const State& state, ReleaseToList& list) {
  const NamedRelease& release = list.release;
  HALLMARK_TRY(list.builds, state.builds_of({release.product, release.version, kEverySuite}));
  if (!list.builds.empty()) return ok_status();
  return policy_error(named(list), "was not accepted");
}

Status leave_out_what_was_withdrawn(const State& state, ReleaseToList& list) {
  std::vector<AcceptedBuild> standing;
  for (AcceptedBuild& build : list.builds) {
    HALLMARK_TRY(const bool withdrawn,
                 state.is_withdrawn({build.product, build.version, build.target.suite}));
    // One that is unread was called back before its bytes were ever here.
    if (withdrawn || build.unread) continue;
    HALLMARK_CHECK(check_not_called_back(state, list, build));
    standing.push_back(std::move(build));
  }
  list.builds = std::move(standing);
  if (!list.builds.empty()) return ok_status();
  return policy_error(named(list), "was withdrawn");
}

Status check_apks_are_signed(const State& state, const ReleaseToList& list) {
  std::string missing;
  for (const AcceptedBuild& build : list.builds) {
    for (const AcceptedArtefact& artefact : build.artefacts) {
      if (artefact.kind != "apk") continue;
      HALLMARK_TRY(const std::optional<SignedApk> form, state.signed_apk(artefact.sha256));
      if (!form) missing += (missing.empty() ? "" : ", ") + artefact.name;
    }
  }
  if (missing.empty()) return ok_status();
  return policy_error(named(list), "has what was not signed here yet: " + missing,
                      "hallmark sign " + named(list));
}

Status list_files(const State& state, ReleaseToList& list) {
  std::vector<ListedChecksum> files;
  for (const AcceptedBuild& build : list.builds) {
    for (const AcceptedArtefact& artefact : build.artefacts) {
      if (artefact.kind == "aab") continue;
      HALLMARK_TRY(ListedChecksum file, listed_file(state, build, artefact));
      files.push_back(std::move(file));
    }
  }
  if (files.empty()) return policy_error(named(list), "has no file that hosts serve");
  HALLMARK_TRY(list.sums, render_checksums(std::move(files)));
  if (list.sums.size() <= kMaxChecksums) return ok_status();
  return policy_error(named(list), "has more files than one list may name");
}

Result<ReleaseToList> list_release(const State& state, const NamedRelease& release) {
  ReleaseToList list{release};
  HALLMARK_CHECK(find_what_was_accepted(state, list));
  HALLMARK_CHECK(leave_out_what_was_withdrawn(state, list));
  HALLMARK_CHECK(check_apks_are_signed(state, list));
  HALLMARK_CHECK(list_files(state, list));
  return list;
}

std::vector<std::string> keys_of_suites(const Policy& policy, const ReleaseToList& list) {
  std::set<std::string> keys;
  for (const AcceptedBuild& build : list.builds) {
    const SuitePolicy* suite = policy.suite(build.target.suite);
    if (suite != nullptr) keys.insert(suite->keys.begin(), suite->keys.end());
  }
  return {keys.begin(), keys.end()};
}

}  // namespace hallmark
