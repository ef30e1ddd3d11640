// The members of an archive, in its order, each as a path and a digest of all that can be told
// apart about it: for telling people where two archives differ, for nothing else.
//
// Reads ar, tar (plain or compressed) and zip, by libarchive; the tar archives inside an ar
// archive, as in a .deb, are walked too. The bytes are a hostile build's: at most 200,000 members
// and 8 GiB of content are read, and the walk stops at the first byte that is not understood.
#pragma once

#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace hallmark {

struct ArchiveMember {
  std::string path;  // "data.tar.xz: ./usr/bin/figlet" inside a .deb; control characters as '?'
  Sha256Digest sha256;
};

Result<std::vector<ArchiveMember>> walk_archive(int fd);

// The first member of this path. Empty: there is none.
struct MemberContent {
  std::string bytes;     // the first 4 MiB
  std::string unpacked;  // of what gzip has packed, as much of what is in it; else `bytes`
  bool whole = true;     // `bytes` is all of it
};
Result<MemberContent> read_archive_member(int fd, const std::string& path);

}  // namespace hallmark
