// Copying a folder of the composed tree to a place of the user's.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace hallmark {

struct ExportCount {
  std::size_t copied = 0;
  std::size_t unchanged = 0;
};

// Copies `below` (a folder relative to `tree`, absent means empty) to the same place in `folder`,
// each file atomically. A file whose copy has the same size and time is left alone.
Status export_folder(const std::filesystem::path& tree, const std::filesystem::path& below,
                     const std::filesystem::path& folder, const std::vector<std::string>& but_not,
                     ExportCount& count);

}  // namespace hallmark
