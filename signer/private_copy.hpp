// A file that a client passed, copied to where the client cannot write.
//
// The client keeps its descriptor and may change the file at any moment; so every check and every
// use is of the copy, which is unlinked and the signer's alone.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>

#include "core/digest.hpp"
#include "core/fd.hpp"
#include "core/layout.hpp"
#include "process/time_limit.hpp"
#include "signer/digested_copy.hpp"

namespace hallmark {

struct PrivateCopy {
  UniqueFd fd;
  FileDigest digest;
  Sha256Marks marks;
};

// A client's file has this long for so many bytes; then this process ends, and the client is cut
// off.
TimeLimit patience_for(uint64_t bytes);
// fstat(2). Anything but a regular file is refused, and so is a file on a file system that some
// program is (FUSE), and that may never answer.
Status look_at(const Layout& layout, int untrusted_fd, struct stat& info,
               const std::string& subject);

// Anything but a regular file, or more than `limit` bytes, is refused. `subject` names it.
Result<PrivateCopy> private_copy(const Layout& layout, int untrusted_fd, uint64_t limit,
                                 const std::string& subject);

}  // namespace hallmark
