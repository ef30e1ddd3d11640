// A file that a client passed, copied to where the client cannot write.
//
// The client keeps its descriptor and may change the file at any moment; so every check and every
// use is of the copy, which is unlinked and the signer's alone.
#pragma once

#include <cstdint>
#include <string>

#include "core/digest.hpp"
#include "core/fd.hpp"
#include "core/layout.hpp"

namespace hallmark {

struct PrivateCopy {
  UniqueFd fd;
  FileDigest digest;
};

// Anything but a regular file, or more than `limit` bytes, is refused. `subject` names it.
Result<PrivateCopy> private_copy(const Layout& layout, int untrusted_fd, uint64_t limit,
                                 const std::string& subject);

}  // namespace hallmark
