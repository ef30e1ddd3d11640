// Packages that were built elsewhere: their manifest, statement and signatures are in
// releases/imports.
#pragma once

#include "cli/approval_options.hpp"

namespace hallmark {

struct ImportOptions {
  ReleaseName release;
  std::string destination;           // SUITE or SUITE/COMPONENT
  std::vector<std::string> sources;  // .deb files, and folders of them
  bool renew = false;                // another manifest takes the place of the one there is
  ApprovalOptions approval;
};

// Reads the files, shows what they are, writes their manifest unless it is there; signs, if there
// is a key; has the signer accept them; puts them into the suite and has that signed anew.
Result<StepReport> import_release(TerminalRoot& root, const ImportOptions& options);

}  // namespace hallmark
