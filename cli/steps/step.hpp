// The steps of a release. Each can be run alone and again: it does what is not yet done, and says
// so.
//
//   pin -> approve -> fetch -> build -> check -> accept -> sign -> compose -> publish
#pragma once

#include <optional>
#include <string>

#include "cli/terminal_root.hpp"
#include "core/json.hpp"
#include "core/result.hpp"

namespace hallmark {

struct ReleaseName {
  std::string product;
  std::string version;

  std::string text() const { return product + " " + version; }
};

struct StepReport {
  std::string summary;  // for people, one line
  Json details;         // for --json
};

// What every step after pin starts from.
struct ReleaseFiles {
  std::string product_text;
  std::string lock_text;
  Product product;
  Lock lock;
};
Result<ReleaseFiles> read_release_files(const TerminalRoot& root, const ReleaseName& release);

// Resolves source and environments to a lock file. An existing lock is kept unless `renew`.
Result<StepReport> pin_release(TerminalRoot& root, const ReleaseName& release, bool renew);
// Checks that enough people have signed, before anything costs time. The signer decides by itself.
Result<StepReport> check_approvals(TerminalRoot& root, const ReleaseName& release);
Result<StepReport> fetch_release(TerminalRoot& root, const ReleaseName& release);
struct BuildOptions {
  std::size_t jobs = 0;  // targets at a time; 0: as many as suit the machine
  std::string only;      // a target's name; empty: all
};
// Builds each target that was not built yet. One that fails stops none of the others; all that
// failed are named.
Result<StepReport> build_release(TerminalRoot& root, const ReleaseName& release,
                                 const BuildOptions& options = {});
// Tries out what recipe deb gave, per target, unless that was done: installs, upgrades, removes.
Result<StepReport> check_packages(TerminalRoot& root, const ReleaseName& release);
Result<StepReport> accept_release(TerminalRoot& root, const ReleaseName& release);
// The same, for targets that were not built here: `folder` holds what enough rebuilders got.
Result<StepReport> accept_rebuilt(TerminalRoot& root, const ReleaseName& release,
                                  const std::string& folder);
// Signs the release's APKs; packages are signed through their suite's Release, in compose.
Result<StepReport> sign_release(TerminalRoot& root, const ReleaseName& release);
// Puts the release's files into the repository, writes the indices and has each Release signed.
Result<StepReport> compose_release(TerminalRoot& root, const ReleaseName& release);
// Writes the indices of these suites, and has each Release signed.
Result<StepReport> sign_suites(TerminalRoot& root, const std::vector<std::string>& suites);
// Writes the F-Droid index and has it signed, where the policy has one; the report tells of it.
Status add_fdroid_index(TerminalRoot& root, StepReport& report);
// Uploads whatever the hosts do not have yet, and checks what they serve.
// With `changes`, what changed is then added to that file (cli/change_list.hpp).
Result<StepReport> publish_tree(TerminalRoot& root, const std::string& changes = "");

}  // namespace hallmark
