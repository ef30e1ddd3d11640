// Files that a program may use and must not change, whatever rights its user has.
#pragma once

#include <span>

namespace hallmark {

// From now on this process, and all it starts, can change nothing at these paths, files or folders:
// they are mounted read-only, in a mount namespace of its own. What is mounted elsewhere later
// arrives in it. Needs root, and paths that exist; lasts for as long as they are not replaced. May
// be called between fork and exec. False: errno says why.
bool make_read_only(std::span<const char* const> paths);

}  // namespace hallmark
