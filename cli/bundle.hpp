// `hallmark bundle`: what is fetched, on media, for a terminal without a network.
#pragma once

#include <string>
#include <vector>

#include "cli/steps/step.hpp"

namespace hallmark {

// Writes what the fetch of these releases would download, out of this quarantine, to the new folder
// or tar file `path`.
Result<StepReport> export_bundle(TerminalRoot& root, const std::vector<ReleaseName>& releases,
                                 const std::string& path);

// Brings a bundle, a folder or a tar file, into quarantine. Its locks must be in the releases
// repository.
Result<StepReport> import_bundle(TerminalRoot& root, const std::string& path);

}  // namespace hallmark
