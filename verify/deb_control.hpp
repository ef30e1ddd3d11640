// The files inside a .deb's control.tar[.*].
#pragma once

#include <map>
#include <string>

#include "core/result.hpp"
#include "verify/deb_archive.hpp"

namespace hallmark {

// `control`. Limits: 16 MiB compressed, 64 MiB as a tar archive, and those of deb_tar.hpp.
Result<std::string> read_deb_control(int fd, const DebMember& member, const std::string& subject);

// Every file, by name; the same limits.
Result<std::map<std::string, std::string>> read_deb_control_files(int fd, const DebMember& member,
                                                                  const std::string& subject);

}  // namespace hallmark
