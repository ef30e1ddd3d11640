// Copying a folder of the composed tree to a place of the user's.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/terminal_root.hpp"
#include "core/result.hpp"

namespace hallmark {

struct ExportCount {
  std::size_t copied = 0;
  std::size_t unchanged = 0;
};

// Copies `below` (a folder of the composed tree, absent means empty) to the same place in `folder`,
// each file atomically. The tree is hallmark-push's, and so is no more trusted than it. A file
// whose copy has the same size and time is left alone.
Status export_folder(const TerminalRoot& root, const std::filesystem::path& below,
                     const std::filesystem::path& folder, const std::vector<std::string>& but_not,
                     ExportCount& count);

}  // namespace hallmark
