// accept-build: what was called back does not come again.
#include "signer/accept_build.hpp"

namespace hallmark {

Status release_is_not_withdrawn(BuildCase& subject) {
  HALLMARK_TRY(const bool withdrawn,
               subject.context.state.is_withdrawn(
                   {subject.lock.product, subject.lock.version, subject.record.target.suite}));
  if (!withdrawn) return ok_status();
  return policy_error(subject.lock.product + " " + subject.lock.version,
                      "was withdrawn from suite " + subject.record.target.suite,
                      "release a higher version");
}

// Not as part of another release either.
Status artefacts_were_not_withdrawn(BuildCase& subject) {
  for (const CandidateArtefact& artefact : subject.artefacts) {
    HALLMARK_TRY(const bool withdrawn,
                 subject.context.state.bytes_are_withdrawn(artefact.built.sha256));
    if (!withdrawn) continue;
    return policy_error(artefact.built.name, "has the bytes of a release that was withdrawn",
                        "release a higher version");
  }
  return ok_status();
}

}  // namespace hallmark
