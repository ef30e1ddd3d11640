// What changes for whoever updates from one build of an app to another.
#pragma once

#include "cli/review/change.hpp"
#include "verify/apk/inspect.hpp"

namespace hallmark {

// Permissions and other facts of the manifest, native code, size.
std::vector<Change> apk_changes(const ApkInspection& before, const ApkInspection& after);

}  // namespace hallmark
