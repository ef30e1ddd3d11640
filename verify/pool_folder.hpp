// Where the pool has the files of a source package, and of the packages that were built from it.
#pragma once

#include <string>
#include <string_view>

namespace hallmark {

// The "architecture" of an index of sources, where binary packages have their own.
inline constexpr const char* kSourceIndex = "source";

// "pool/main/f/figlet", "pool/main/libx/libxyz": Debian's own pools sort by the first letter, and
// libraries, being many, by the fourth too.
std::string pool_folder(std::string_view component, std::string_view source);

}  // namespace hallmark
