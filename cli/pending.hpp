// Which releases are approved and not yet done.
//
// Done is what `hallmark release` has seen through to the end, publishing included: it then notes
// the lock's digest in released/PRODUCT/VERSION. Nothing is decided by these notes but what is
// tried again, and each step finds out by itself what is left of it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "cli/steps/step.hpp"

namespace hallmark {

// What this terminal's own release log says of a product's versions. Whoever reads it must have
// verified it.
class LoggedReleases {
 public:
  void add_leaf(const Json& leaf);

  // From some suite, or from all.
  bool is_withdrawn(const ReleaseName& release) const;
  bool is_withdrawn_everywhere(const ReleaseName& release) const;
  // A higher version of the product was accepted.
  bool is_superseded(const ReleaseName& release) const;
  bool is_accepted(const ReleaseName& release) const;
  // Accepted from the lock that has this digest.
  bool is_accepted_lock(const ReleaseName& release, const Sha256Digest& lock) const;

 private:
  std::map<std::string, std::string> highest_;  // accepted version by product
  // Of each accepted product and version, in hexadecimal; one that was imported has none.
  std::map<std::pair<std::string, std::string>, std::set<std::string>> locks_;
  std::set<std::pair<std::string, std::string>> withdrawn_;
  std::set<std::pair<std::string, std::string>> withdrawn_everywhere_;
};

// Verified. Nothing was published yet, or this is a clone: nothing is known.
Result<LoggedReleases> read_logged_releases(const TerminalRoot& root);

// The products that have a folder of pinned versions, sorted.
Result<std::vector<std::string>> product_names(const TerminalRoot& root);

struct PendingReleases {
  struct Other {
    ReleaseName release;
    Error cause;
  };
  std::vector<ReleaseName> ready;  // lower versions first
  std::vector<Other> waiting;      // for approvals
  std::vector<Other> wrong;        // a file that cannot be read
};

// Of one product, or of all if it is empty. Versions that were superseded or called back are left
// alone.
Result<PendingReleases> pending_releases(TerminalRoot& root, const std::string& product);

// The release is done, as its lock is now.
Status note_done(const TerminalRoot& root, const ReleaseName& release);

}  // namespace hallmark
