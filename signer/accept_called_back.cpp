// accept-build: what a sibling called back again is judged by what its log tells of it.
#include "core/debian_version.hpp"
#include "signer/accept_build.hpp"
#include "verify/pool_folder.hpp"

namespace hallmark {

// The record is what the approved lock led to: a line that tells of another file is false.
Status called_back_are_the_records(const BuildCase& subject) {
  const std::size_t files = subject.record.artefacts.size() + source_files(subject).size();
  if (is_called_back(subject) && subject.context.adoption->called_back.size() != files) {
    return verification_error("request", "led to fewer lines of the log than it is of files");
  }
  for (const CandidateArtefact& artefact : subject.artefacts) {
    const CalledBackFile* told = artefact.called_back;
    if (told == nullptr) continue;
    if (told->name == artefact.built.name && told->sha256 == artefact.built.sha256) continue;
    return verification_error(artefact.built.name,
                              "is in the build record, and the line of the log tells of " +
                                  told->name + " " + told->sha256.hex());
  }
  return ok_status();
}

Status take_package_as_told(const BuildCase& subject, CandidateArtefact& artefact) {
  const DerivedStanza& told = artefact.called_back->package;
  if (!artefact.called_back->is_package()) {
    return verification_error(artefact.built.name, "is no package, as the line of the log tells");
  }
  if (epoch_of(told.version) != epoch_of(subject.lock.version)) {
    return verification_error(artefact.built.name,
                              "has another epoch than " + subject.lock.version + ", it is told");
  }
  artefact.deb = DebPackage{told.package, told.version, told.package_architecture, told.package,
                            told.version, {},           artefact.built.size,       told.sha256};
  return ok_status();
}

Status take_application_as_told(const RecipeOutput& output, CandidateArtefact& artefact) {
  const CalledBackFile& told = *artefact.called_back;
  const bool is_bundle = output.name.ends_with(".aab");
  if (!told.is_app() || is_bundle != (told.lane.abis == kBundleLane)) {
    return verification_error(artefact.built.name,
                              "is no such application as the line of the log tells");
  }
  artefact.manifest.emplace();
  artefact.manifest->package = told.lane.application;
  artefact.manifest->version_code = static_cast<uint64_t>(told.version_code);
  artefact.lane = told.lane;
  artefact.lane.flavour = output.flavour;
  return ok_status();
}

bool is_called_back(const BuildCase& subject) {
  return !subject.artefacts.empty() && subject.artefacts.front().called_back != nullptr;
}

CandidateSource source_as_locked(const BuildCase& subject) {
  const LockedSource& locked = subject.lock.source;
  return {{locked.package, locked.version, kSourceIndex, locked.files.front().sha256, ""},
          pool_folder(subject.record.target.component, locked.package)};
}

}  // namespace hallmark
