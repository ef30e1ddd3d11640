// The repository, as the signer's state says it must be.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/files_at_hand.hpp"
#include "cli/terminal_root.hpp"

namespace hallmark {

struct RepositoryChanges {
  uint64_t added = 0;    // packages that came into a suite
  uint64_t removed = 0;  // that left one, because they were withdrawn
};

// Puts every package into its suite that the signer has accepted for it, from this repository or
// what is at hand or what the hosts serve, by digest, and takes out what was withdrawn. Other
// packages stay.
Result<RepositoryChanges> reconcile_repository(TerminalRoot& root, const FilesAtHand& at_hand);

struct SuiteFile {
  std::string path;
  std::string sha256;
  uint64_t size = 0;
};

// A package in a suite, or a source (whose architecture is "source", and whose digest and path are
// those of the .dsc), as signer and publisher both tell of it.
struct SuitePackage {
  std::string suite;
  std::string component;
  std::string package;
  std::string version;
  std::string architecture;
  std::string sha256;
  std::string path;  // empty: withdrawn
  uint64_t size = 0;
  std::vector<SuiteFile> source_files;  // the .dsc first
};

struct RepositoryPlan {
  std::vector<SuitePackage> missing;    // in the order in which they may come: versions rise
  std::vector<SuitePackage> withdrawn;  // that are still there
};
RepositoryPlan plan_repository(const std::vector<SuitePackage>& accepted,
                               const std::vector<SuitePackage>& present);

}  // namespace hallmark
