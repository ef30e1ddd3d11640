// What the signer knows of one version of a product.
#pragma once

#include <vector>

#include "cli/steps/step.hpp"
#include "core/model/target.hpp"

namespace hallmark {

struct AcceptedFile {
  std::string name;
  Sha256Digest sha256;
  std::string path;  // in the repository; empty: no index has it
  std::string kind;  // "deb", "apk", "aab"; "dsc", "source": what the .dsc names
};

// In one suite that it was accepted for, or promoted to.
struct AcceptedBuild {
  Target target;
  Sha256Digest lock;  // or of the import manifest
  bool withdrawn = false;
  std::vector<AcceptedFile> files;
};

Result<std::vector<AcceptedBuild>> accepted_builds(TerminalRoot& root, const ReleaseName& release);

// Has this package left its suite's indices? It has if another release that holds it, too, was
// called back.
bool is_called_back(const std::vector<AcceptedBuild>& builds, const Target& target,
                    const Sha256Digest& sha256);

// Is it called back from this suite?
bool is_withdrawn(const std::vector<AcceptedBuild>& builds, const std::string& suite);

}  // namespace hallmark
