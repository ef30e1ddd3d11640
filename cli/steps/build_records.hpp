// What hallmark-build has built for a lock, as later steps need it.
#pragma once

#include <vector>

#include "cli/steps/step.hpp"
#include "core/fd.hpp"
#include "core/model/record.hpp"

namespace hallmark {

struct NamedRecord {
  Sha256Digest sha256;
  Target target;
  std::vector<BuiltArtefact> artefacts;
  bool rebuilt = false;  // elsewhere, and not here: there is no record (rebuilt_artefacts.hpp)
};

// Builds what has not been built yet: records that exist are reused, and so is what is staged. Of
// several targets that fail the errors are told; the one that is returned names them all.
Result<std::vector<NamedRecord>> build_records(TerminalRoot& root, const ReleaseFiles& files,
                                               const BuildOptions& options = {});

// The record's artefacts, opened for reading, in its order. Not verified: whoever gets them does
// so.
Result<std::vector<UniqueFd>> open_artefacts(const TerminalRoot& root, const ReleaseFiles& files,
                                             const NamedRecord& record);

// The files of the lock's source, of packages that are built from a .dsc: its own first. Not
// verified either.
Result<std::vector<UniqueFd>> open_source(const TerminalRoot& root, const ReleaseFiles& files);

std::vector<int> raw(const std::vector<UniqueFd>& fds);

}  // namespace hallmark
