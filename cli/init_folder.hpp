// What every kind of init does around its own work: claims the folder, makes what is below it, and
// marks it as finished.
#pragma once

#include <functional>
#include <string>

#include "cli/terminal_root.hpp"
#include "core/result.hpp"

namespace hallmark {

// The folder is absent, empty, or what an interrupted init left.
Status check_folder_is_free(const std::string& root);

// Claims the folder, makes Unix users, folders and the agents' homes, has `make` do the rest, and
// then removes the mark of an init at work: until there, a second init starts over, and from there
// on none is possible.
Status make_in_folder(const std::string& root, Screen& screen,
                      const std::function<Status(TerminalRoot&)>& make);

// keys/publishing.pub: an OpenSSH line, with whose it is.
Status write_publishing_key(const Layout& layout, const std::string& key,
                            const std::string& terminal);

}  // namespace hallmark
