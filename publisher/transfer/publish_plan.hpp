// What a package host has to hold, and in which order it may come to hold it.
//
// The order is what keeps every reader consistent at every instant: what a file names is there
// before the file is. The release log (log_plan.hpp), so that nothing is served that is not in it;
// pool/, changelogs, .idsig files, the APKs that these are for, the checksums of releases, then the
// indices by hash, then the same under their plain names, then Release and Release.gpg, then
// InRelease; of an F-Droid repository its index, under a name of its own, and entry.jar last. (The
// files for users, which publish.hpp adds behind them, name nothing.)
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"
#include "publisher/repository/repository.hpp"
#include "publisher/transfer/remote_files.hpp"

namespace hallmark {

struct PublishStage {
  std::string name;  // for progress
  std::vector<Upload> uploads;
  bool always_check = false;  // compare what is served even if nothing was uploaded
};

// In order.
std::vector<ServedFile> files_of(const std::vector<PublishStage>& plan);

// A file that is only in memory.
Upload upload_of_text(const std::string& path, const std::string& text);

// Everything that the newest signed Releases and F-Droid index name, and every APK. Composed
// indices that no Release has been attached to are not published. The tree must live longer than
// the plan.
Result<std::vector<PublishStage>> make_publish_plan(Repository& repository,
                                                    bool with_fdroid = true);

}  // namespace hallmark
