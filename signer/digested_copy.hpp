// Copying a file, and the digest of the copy, at the same time.
#pragma once

#include <cstdint>

#include "core/digest.hpp"
#include "core/result.hpp"
#include "core/sha256_marks.hpp"

namespace hallmark {

struct DigestedCopy {
  FileDigest digest;
  Sha256Marks marks;
};

// Copies the first `size` bytes of one regular file to another, which is empty and open for reading
// and writing, and digests what is then in the copy: each piece while the next one is written, on
// another processor. To write takes about as long as to digest. A file that becomes shorter is an
// error; whatever is behind `size` does not count.
Result<DigestedCopy> copy_and_digest(int untrusted_from, uint64_t size, int to);

}  // namespace hallmark
