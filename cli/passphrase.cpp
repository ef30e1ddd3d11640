#include "cli/passphrase.hpp"

#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace hallmark {
namespace {

constexpr std::size_t kLongest = 1024;

// Gives the terminal its echo back.
class NoEcho {
 public:
  explicit NoEcho(int fd) : fd_(fd), changed_(::tcgetattr(fd, &before_) == 0) {
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    quiet.c_lflag |= ECHONL;
    changed_ = changed_ && ::tcsetattr(fd, TCSAFLUSH, &quiet) == 0;
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;
  ~NoEcho() {
    if (changed_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
  }
  bool works() const { return changed_; }

 private:
  int fd_;
  termios before_{};
  bool changed_;
};

}  // namespace

// So that no copy is left behind by a buffer that grew.
Passphrase::Passphrase() { text_.reserve(kLongest); }

Passphrase::~Passphrase() { ::explicit_bzero(text_.data(), text_.size()); }

Status forbid_core_dumps() {
  const rlimit no_core{0, 0};
  if (::setrlimit(RLIMIT_CORE, &no_core) == 0 && ::prctl(PR_SET_DUMPABLE, 0) == 0) {
    return ok_status();
  }
  return errno_error("core dumps", "cannot forbid");
}

Result<Passphrase> Passphrase::read(int fd) {
  HALLMARK_CHECK(forbid_core_dumps());
  Passphrase out;
  for (;;) {
    char next = 0;
    const ssize_t n = ::read(fd, &next, 1);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno_error("passphrase", "cannot read");
    if (n == 0 || next == '\n') return out;
    if (out.text_.size() == kLongest) return failed("passphrase", "is longer than 1 KiB");
    out.text_ += next;
  }
}

Result<Passphrase> Passphrase::ask(const std::string& question) {
  Result<UniqueFd> terminal = open_at(AT_FDCWD, "/dev/tty", O_RDWR);
  if (!terminal.ok()) {
    return usage_error("passphrase", "cannot be asked for: there is no terminal",
                       "--passphrase-fd N");
  }
  const NoEcho quiet(terminal->get());
  if (!quiet.works()) return failed("passphrase", "cannot be asked for without echo");
  HALLMARK_CHECK(write_all(terminal->get(), question));
  return read(terminal->get());
}

Result<UniqueFd> Passphrase::as_pipe() const {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno_error("pipe", "cannot make");
  UniqueFd out(ends[0]);
  const UniqueFd in(ends[1]);
  HALLMARK_CHECK(write_all(in.get(), text_));
  return out;
}

}  // namespace hallmark
