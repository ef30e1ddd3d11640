// Opening a file in a folder that another Unix user owns, and may change while we look.
//
// Such a folder can hold links that lead elsewhere, pipes that never answer and files of somebody
// else. What comes back is a regular file of that user's, reached without following any link.
#pragma once

#include <sys/types.h>

#include <string>

#include "core/fd.hpp"
#include "core/result.hpp"
#include "core/safe_path.hpp"

namespace hallmark {

// The same, whoever owns it: of a folder that several people write to. kVerification when it is no
// regular file, or a link is on the way; errno's where it is not there.
Result<UniqueFd> open_below(const std::string& trusted_root, const SafePath& below);

// `below`, relative to the folder `trusted_root` (whose own path is ours), opened for reading.
// kVerification when it is anything but a regular file owned by `owner`.
Result<UniqueFd> open_owned(const std::string& trusted_root, const SafePath& below, uid_t owner);

// A folder below that root, through no link; made, with those above it, where it is not there.
Result<UniqueFd> open_dir_below(const std::string& trusted_root, const SafePath& below);
Result<UniqueFd> make_dir_below(const std::string& trusted_root, const SafePath& below,
                                mode_t mode);

}  // namespace hallmark
