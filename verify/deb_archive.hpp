// The outer shell of a .deb: an ar archive of debian-binary, control.tar[.*] and data.tar[.*].
//
// Source: deb(5), ar(5) in its "common" form. Exactly these three members in this order; members
// whose name starts with '_' may stand between and after them and are ignored, as dpkg does;
// anything else is refused, so that every reader of the file finds the same control and the same
// data.
#pragma once

#include <cstdint>
#include <string>

#include "core/result.hpp"

namespace hallmark {

struct DebMember {
  std::string name;  // "control.tar.xz"
  uint64_t offset = 0;
  uint64_t size = 0;
};

struct DebArchive {
  DebMember control;
  DebMember data;
};

// Reads headers only, with pread. `file_size` is that of the descriptor.
Result<DebArchive> read_deb_archive(int fd, uint64_t file_size, const std::string& subject);

}  // namespace hallmark
