// accept-build: what was called back does not come again.
#include "signer/accept_build.hpp"
#include "signer/package_rules.hpp"

namespace hallmark {

Status release_is_not_withdrawn(BuildCase& subject) {
  if (subject.context.adoption != nullptr) return ok_status();  // accept_commit.cpp keeps it out
  HALLMARK_TRY(const bool withdrawn,
               subject.context.state.is_withdrawn(
                   {subject.lock.product, subject.lock.version, subject.record.target.suite}));
  if (!withdrawn) return ok_status();
  return policy_error(subject.lock.product + " " + subject.lock.version,
                      "was withdrawn from suite " + subject.record.target.suite,
                      "release a higher version");
}

Status artefacts_were_not_withdrawn(BuildCase& subject) {
  const ReleaseInSuite own{subject.lock.product, subject.lock.version, ""};
  for (const CandidateArtefact& artefact : subject.artefacts) {
    HALLMARK_CHECK(bytes_are_of_no_other(
        subject.context.state, artefact.built.name, artefact.built.sha256, own,
        artefact.called_back == nullptr ? State::Holders::kToldOf : State::Holders::kAll));
  }
  if (subject.context.adoption != nullptr) return ok_status();
  for (const CandidateArtefact& artefact : subject.artefacts) {
    HALLMARK_CHECK(bytes_were_not_withdrawn(subject.context.state, artefact.built.name,
                                            artefact.built.sha256));
  }
  return ok_status();
}

}  // namespace hallmark
