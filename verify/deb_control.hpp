// The `control` file inside a .deb's control.tar[.*].
#pragma once

#include <string>

#include "core/result.hpp"
#include "verify/deb_archive.hpp"

namespace hallmark {

// Limits: 16 MiB compressed, 64 MiB as a tar archive, and those of deb_tar.hpp.
Result<std::string> read_deb_control(int fd, const DebMember& member, const std::string& subject);

}  // namespace hallmark
