// What a .deb would put on a machine: its maintainer scripts and the files of its data member.
//
// For showing to people. Unlike the control file, the data member is taken apart by libarchive,
// which may read an odd archive otherwise than dpkg does: nothing may be decided by it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "verify/deb_package.hpp"

namespace hallmark {

struct DebFile {
  mode_t mode = 0;      // type and permissions, as of stat(2); of a hard link, a plain file's
  std::string owner;    // "root/root"
  uint64_t size = 0;    // of a plain file
  std::string target;   // of a symbolic link, as it is spelled; of a hard link, a path as below
  Sha256Digest sha256;  // of a plain file's bytes; zeros for a hard link
  bool hard_link = false;
  bool operator==(const DebFile&) const = default;
};

struct DebContents {
  DebPackage package;
  std::map<std::string, std::string>
      control_files;                     // all but `control`: scripts, conffiles, md5sums
  std::map<std::string, DebFile> files;  // by path: "etc/cron.d/job", "" for the root
};

// As read_deb; besides, refused (kVerification): a data member that libarchive cannot read to its
// end, one with a path twice, with '..' or a control character in a path, with more than 500,000
// entries, a path or link of over 4096 bytes, or more than 16 GiB of files.
Result<DebContents> read_deb_contents(int untrusted_fd, const std::string& subject);

}  // namespace hallmark
