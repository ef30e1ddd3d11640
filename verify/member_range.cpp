#include "verify/member_range.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace hallmark {

ssize_t MemberRange::read(std::span<uint8_t> to) {
  const auto wanted = static_cast<std::size_t>(std::min<uint64_t>(left, to.size()));
  if (wanted == 0) return 0;
  ssize_t n = -1;
  do {
    n = ::pread(fd, to.data(), wanted, static_cast<off_t>(offset));
  } while (n < 0 && errno == EINTR);
  if (n == 0) errno = EIO;  // the file is shorter than its headers say
  if (n <= 0) return -1;
  offset += static_cast<uint64_t>(n);
  left -= static_cast<uint64_t>(n);
  return n;
}

}  // namespace hallmark
