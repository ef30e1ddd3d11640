// Artefacts of targets that were not built here: rebuilders got them, and the signer takes them by
// their word (accept-build with a target in place of a record). They are in the terminal's staging
// folder, by lock and target, and every step after build takes them from there.
#pragma once

#include <optional>
#include <string>

#include "cli/steps/build_records.hpp"

namespace hallmark {

// Finds in `folder`, by digest, what rebuilders got for targets of this lock, and stages it.
// kFailed if there is no target of which everything is there.
Status stage_rebuilt_artefacts(TerminalRoot& root, const ReleaseFiles& files,
                               const std::string& folder);

// nullopt: nothing is staged for this target.
Result<std::optional<NamedRecord>> staged_record(const TerminalRoot& root,
                                                 const ReleaseFiles& files, const Target& target);

// The record's artefacts, opened for reading, in its order.
Result<std::vector<UniqueFd>> open_staged(const TerminalRoot& root, const ReleaseFiles& files,
                                          const NamedRecord& record);

}  // namespace hallmark
