// Files of a package host that nothing there names any longer: old indices by their hashes,
// packages, their changelogs and apps that were called back or retired. They stay as long as
// policy's "expiry" says, because whoever read an index before it was replaced still asks for them;
// then they go to the host's trash.
//
// What counts is the publish that stopped naming a file: it was over, and compared, before the time
// begins to run. What is in any suite here does not expire, whether its Release is signed or not;
// the release log never does.
//
// Time is told by two clocks, so that one that is wrong makes nothing go early: this machine's, and
// the host's, by when it stored the newest of the signed files that it has. A file's time begins at
// the later of them, and has passed when it has by both.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/policy.hpp"
#include "core/result.hpp"
#include "publisher/repository/state.hpp"
#include "publisher/transfer/remote_files.hpp"

namespace hallmark {

struct ExpiryRules {
  const Policy& policy;
  int64_t now = 0;         // seconds since 1970, by this machine's clock
  bool apps_named = true;  // what the host is to hold has all that it serves below apk/
};

// A publish without the index of apps leaves the host the one that it has, and what that names.
// `signed_here`: was one ever signed on this terminal?
bool names_all_apps(const Policy& policy, bool signed_here, const std::vector<ServedFile>& named);

struct Expired {
  uint64_t moved = 0;    // files that are in the host's trash now
  uint64_t waiting = 0;  // that should be, and are not
  std::string problem;   // why
};

// After a publish of `named`, all that the host is to hold, was seen through to its end. That
// publish is done: what the host does not do here is a problem, and no error.
Result<Expired> expire_on_host(RepositoryState& state, const std::string& host,
                               const ExpiryRules& rules, const std::vector<ServedFile>& named,
                               RemoteFiles& remote);

}  // namespace hallmark
