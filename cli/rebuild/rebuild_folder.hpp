// The state folder of a rebuilder: what a fetcher and a builder need of a terminal's, and nothing
// else. It belongs to one ordinary user, and so do the programs that work in it.
#pragma once

#include <string>

#include "cli/terminal_root.hpp"

namespace hallmark {

// $XDG_CACHE_HOME/hallmark, or ~/.cache/hallmark.
Result<std::string> usual_rebuild_folder();

// Makes what is not there yet. A terminal's state folder is refused, and so is root: it would have
// to become other users, which only a terminal has.
Result<TerminalRoot> open_rebuild_folder(const std::string& path, Screen& screen);

}  // namespace hallmark
