// Which files inside an app come, go or have other contents.
#pragma once

#include "cli/review/change.hpp"
#include "verify/apk/opened_apk.hpp"

namespace hallmark {

// Code (dex, native libraries) is listed apart. Files of signatures are left out. kVerification:
// an entry does not decompress.
Status compare_apk_entries(const OpenedApk& before, const OpenedApk& after,
                           std::vector<Change>& changes);

}  // namespace hallmark
