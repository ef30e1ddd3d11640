// Files and folders of the releases repository, which people of the team write to, or whoever has
// taken their git server: none is reached through a link, which could lead out of it. Paths are as
// Layout gives them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/fd.hpp"
#include "core/layout.hpp"

namespace hallmark {

Result<std::string> read_release_file(const Layout& layout, const std::filesystem::path& file,
                                      uint64_t limit);
Result<UniqueFd> open_release_folder(const Layout& layout, const std::filesystem::path& folder);
// Made where it is not there.
Result<UniqueFd> make_release_folder(const Layout& layout, const std::filesystem::path& folder);

// Of the entries of a folder, sorted; "." and ".." are none.
Result<std::vector<std::string>> names_in(const UniqueFd& folder, const std::string& subject);

}  // namespace hallmark
