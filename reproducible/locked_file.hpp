// A file of a pinned source against its lock.
#pragma once

#include "core/model/lock.hpp"
#include "core/result.hpp"

namespace hallmark {

// kVerification: the bytes have another size or SHA-256 than the lock says. Reads from the start.
Status check_locked_file(const LockedFile& locked, int fd);

}  // namespace hallmark
