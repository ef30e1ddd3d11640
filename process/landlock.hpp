// Which files a process can reach by name: the kernel's Landlock, where it has it.
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"

namespace hallmark {

// Each a file, or a folder with all that is in it. What does not exist is left out.
struct ReachableFiles {
  std::vector<std::string> run;    // may be executed
  std::vector<std::string> read;   // may be read
  std::vector<std::string> write;  // may be read, written, made and removed; never executed
};

// From now on this process, and all it starts, opens nothing else; where the kernel can, neither
// does it connect over TCP, nor to abstract Unix sockets, nor signal other programs. Descriptors
// that are open, or are passed to it, keep working. Sets no_new_privs. Returns the version of
// Landlock that the kernel has; 0: it has none, and nothing was restricted.
Result<int> restrict_files(const ReachableFiles& files);

}  // namespace hallmark
