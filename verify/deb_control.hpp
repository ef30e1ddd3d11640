// The files inside a .deb's control.tar[.*], and of a data.tar[.*] that is as small and simple.
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

// Of a data member, as files_in_data_tar has them; the same limits.
Result<std::map<std::string, std::string>> read_deb_data_files(int fd, const DebMember& member,
                                                               const std::string& subject);

}  // namespace hallmark
