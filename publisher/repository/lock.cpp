#include "publisher/repository/lock.hpp"

#include <sys/file.h>

#include <cerrno>
#include <thread>

namespace hallmark {

Result<UniqueFd> lock_repository(const Layout& layout, std::chrono::milliseconds patience,
                                 const std::function<void()>& on_wait) {
  constexpr std::chrono::milliseconds kPause(50);
  const std::string path = layout.push() / "lock";
  HALLMARK_TRY(UniqueFd fd, open_at(AT_FDCWD, path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600));
  bool waiting = false;
  for (std::chrono::milliseconds waited{0};; waited += kPause) {
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return fd;
    if (errno != EWOULDBLOCK && errno != EINTR) return errno_error(path, "cannot lock");
    if (waited >= patience) {
      return failed("repository", "another publisher is still at work on it", "run again later");
    }
    if (!waiting) on_wait();
    waiting = true;
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace hallmark
