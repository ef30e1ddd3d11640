// Two builds of one file, compared where hostile bytes can do no harm.
#pragma once

#include "cli/review/change.hpp"
#include "core/result.hpp"

namespace hallmark {

// A package (.deb), an app (.apk) or an app bundle (.aab), as its name says; kUsage for any other.
// `untrusted_before` of -1: there was none, and all of it is told as new. No change: the files are
// the same bytes. What the changes say is untrusted text: a builder may have written it.
Result<ReviewPart> compare_files(const std::string& title, const std::string& name,
                                 int untrusted_before, int untrusted_after);

}  // namespace hallmark
