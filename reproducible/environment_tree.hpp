// Whether a folder is what unpack_environment (environment_unpack.hpp) makes of a tar file.
//
// Unpacking an environment takes longer than reading it, so the folder is kept; and since it is not
// what a lock names, it is compared with the tar file, whose digest a lock does name, before each
// use: every file's bytes, every name, link, permission and time, and that there is nothing else.
#pragma once

#include <string>

#include "core/result.hpp"

namespace hallmark {

// kVerification: names the first that differs. The tar file has been verified; its offset is used.
Status check_environment_tree(int tar, const std::string& folder);

}  // namespace hallmark
