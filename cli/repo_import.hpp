// A repository that another tool made, taken over: what its clients would get from it becomes one
// import (cli/import.hpp).
#pragma once

#include <string>
#include <vector>

#include "cli/import.hpp"

namespace hallmark {

struct RepoImportOptions {
  ImportOptions import;
  std::string tree;     // the folder with dists/ and pool/
  std::string keyring;  // of who signed it
  // FROM[=SUITE[/COMPONENT]]; without any, each suite of the policy that the tree has.
  std::vector<std::string> suites;
  std::vector<std::string> without;  // SUITE/PACKAGE_VERSION_ARCHITECTURE: left out
};

// Says first what its clients will notice, and what is left behind. Drafts the product file, where
// there is none. kVerification where one package has other bytes in another suite.
Result<StepReport> import_repository(TerminalRoot& root, const RepoImportOptions& options);

}  // namespace hallmark
