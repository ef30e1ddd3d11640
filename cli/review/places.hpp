// Where a file of a package is run, or believed, by root's programs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hallmark {

// `path` without a slash before it, as DebContents has it. The list is of what Debian's programs
// look at; it cannot be whole.
bool root_looks_at(std::string_view path);

// May a symbolic link at `path` lead into such a place, be it one, or a folder that holds one? So
// may one whose target goes up behind a name, since that name may itself be a link.
bool leads_to_roots_places(std::string_view path, std::string_view target);

}  // namespace hallmark
