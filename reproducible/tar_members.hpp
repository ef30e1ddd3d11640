// What may be in a release archive, judged before it is unpacked.
//
// It is unpacked inside the sandbox alone, by the environment's own tar, which can harm nothing but
// the build: this is so that an odd archive is refused by name, and not built into something that
// nobody expects.
//
// Refused: a name that is absolute, has a ".." or control character, or is longer than 2,048 bytes;
// devices, pipes and sockets; a symbolic link that leads out of the archive's own tree, and a name
// below a symbolic link; a hard link to anything but a file before it; a name that comes twice;
// more than 200,000 members or 16 GiB of files; no file at all. Names that differ in case alone are
// two names. Set-user-id bits are not kept.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace hallmark {

enum class TarMemberKind { kFile, kDirectory, kSymlink, kHardLink, kOther };

struct TarMember {
  TarMemberKind kind = TarMemberKind::kFile;
  std::string path;
  std::string target;  // of a link
  uint64_t size = 0;   // bytes
};

// Judges the members, in the archive's order. kVerification, about `subject`.
Status judge_tar_members(const std::vector<TarMember>& untrusted_members,
                         const std::string& subject);

// Reads an archive (tar, plain or compressed with gzip, bzip2, xz or zstd) in a process that can do
// nothing else, and judges it there.
Status judge_tar(int archive, const std::string& subject);
// The same in this process.
Status judge_tar_here(int archive, const std::string& subject);

}  // namespace hallmark
