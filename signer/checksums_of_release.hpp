// What SHA256SUMS of a release says (verify/checksums.hpp): of everything that was accepted of it,
// in whatever suite and for whatever target, and that hosts serve. Packages and the sources that
// they were built from; of apps the form that was signed here, never what was accepted. Not app
// bundles, which are for a store. What newer versions have taken the place of in its suite was
// accepted, too.
//
// It follows from the signing state alone. Each step refuses (kPolicy, kVerification) what must not
// be listed.
#pragma once

#include <string>
#include <vector>

#include "signer/state.hpp"
#include "verify/checksums.hpp"

namespace hallmark {

struct ReleaseToList {
  NamedRelease release;
  std::vector<AcceptedBuild> builds{};  // from the second step on those that stand
  std::string sums{};
};

Status find_what_was_accepted(const State& state, ReleaseToList& list);
// Leaves out the suites that the release is called back from. Refused if none is left, or if a file
// is also of another release that is called back.
Status leave_out_what_was_withdrawn(const State& state, ReleaseToList& list);
Status check_apks_are_signed(const State& state, const ReleaseToList& list);
Status list_files(const State& state, ReleaseToList& list);

// What it calls an artefact that it lists, and which bytes; kPolicy: an app that was not signed.
Result<ListedChecksum> listed_file(const State& state, const AcceptedBuild& build,
                                   const AcceptedArtefact& artefact);

// All of these steps.
Result<ReleaseToList> list_release(const State& state, const NamedRelease& release);

// The OpenPGP keys of the suites that it stands in, as policy names them; sorted, each once.
std::vector<std::string> keys_of_suites(const Policy& policy, const ReleaseToList& list);

}  // namespace hallmark
