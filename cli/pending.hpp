// Which releases are approved and not yet done.
#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cli/steps/step.hpp"

namespace hallmark {

// What this terminal's own release log says of releases. Whoever reads it must have verified it.
class DoneReleases {
 public:
  // Leaves in their order.
  void add_leaf(const Json& leaf);

  // Accepted from this lock for every target, and signed since; or called back.
  bool is_done(const ReleaseName& release, const Sha256Digest& lock_sha256,
               const std::vector<Target>& targets) const;

 private:
  struct Acceptance {
    bool signed_since = false;
    std::string product;
    std::string version;
  };
  // By lock digest, suite, component.
  std::map<std::array<std::string, 3>, Acceptance> accepted_;
  std::set<std::pair<std::string, std::string>> withdrawn_;
};

struct WaitingRelease {
  ReleaseName release;
  std::string cause;  // "has 1 of 2 approvals: alice"
};

struct PendingReleases {
  std::vector<ReleaseName> ready;       // lower versions first
  std::vector<WaitingRelease> waiting;  // for approvals, or with a file that is wrong
};

// Of one product, or of all if it is empty. A version below one that is done is left alone.
Result<PendingReleases> pending_releases(TerminalRoot& root, const std::string& product);

}  // namespace hallmark
