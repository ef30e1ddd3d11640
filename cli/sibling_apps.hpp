// The apps of the group's other terminals, in this terminal's repository.
#pragma once

#include <string>
#include <vector>

#include "cli/files_at_hand.hpp"
#include "cli/sibling_repository.hpp"
#include "cli/terminal_root.hpp"

namespace hallmark {

// A signed APK that another terminal made of what is accepted here, as signer and publisher tell of
// it. Its .idsig is at `path`.idsig; without a digest it has none.
struct SignedApp {
  std::string path;
  std::string sha256;
  uint64_t size = 0;
  std::string idsig_sha256{};
  uint64_t idsig_size = 0;
  bool withdrawn = false;
  Json expected{};  // what it has to be, as include-apk takes it
};

struct AppPlan {
  // Of each path the forms that terminals tell of: one, unless somebody lies.
  std::vector<std::vector<SignedApp>> missing;
  std::vector<SignedApp> withdrawn;  // that are still there
};
AppPlan plan_apps(const std::vector<SignedApp>& accepted, const std::vector<SignedApp>& present);

// Puts every app into the repository that another terminal signed and this one's signer accepted:
// from `at_hand`, else from what the hosts serve. Takes out what was withdrawn.
Result<RepositoryChanges> reconcile_apps(TerminalRoot& root, const FilesAtHand& at_hand);

// The second half of it: takes out what was withdrawn, whichever terminal signed it.
Status remove_withdrawn_apps(TerminalRoot& root);

}  // namespace hallmark
