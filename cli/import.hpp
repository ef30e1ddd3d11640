// Packages that were built elsewhere: their manifest, statement and signatures are in
// releases/imports.
#pragma once

#include <optional>

#include "cli/approval_options.hpp"
#include "cli/repository.hpp"

namespace hallmark {

struct ImportOptions {
  ReleaseName release;
  bool renew = false;  // another manifest takes the place of the one there is
  ApprovalOptions approval;
};

// A .deb file, and where it goes.
struct PathToImport {
  std::string path;
  Destination destination;
  std::optional<Sha256Digest> sha256;  // what it must have, where somebody has said so
};

// Reads the files, shows what they are, writes their manifest unless it is there; signs, if there
// is a key; has the signer accept them; puts them into their suites and has those signed anew.
Result<StepReport> import_files(TerminalRoot& root, const ImportOptions& options,
                                const std::vector<PathToImport>& files);

// The same, of .deb files and folders of them, to SUITE or SUITE/COMPONENT.
Result<StepReport> import_to_suite(TerminalRoot& root, const ImportOptions& options,
                                   const std::string& destination,
                                   const std::vector<std::string>& sources);

}  // namespace hallmark
