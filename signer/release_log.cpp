#include "signer/release_log.hpp"

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "core/model/approval.hpp"
#include "verify/log/tiles.hpp"

namespace hallmark {
namespace {

Result<std::string> render_line(Json event, const LogOrigin& origin, const LogHead& head,
                                int64_t now) {
  event["sequence"] = head.tree.size();
  event["time"] = format_utc(now);
  event["terminal"] = origin.terminal;
  if (origin.demo) event["demo"] = true;
  try {
    // Refusals quote strangers: what is not UTF-8 is replaced, and a line feed is always escaped.
    std::string line = event.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (line.size() <= kMaxLogEntry) return line;
    return failed("release log", "a line would be longer than an entry of a log may be");
  } catch (const Json::exception& error) {
    return failed("release log", std::string("cannot write a line: ") + error.what());
  }
}

Result<uint64_t> size_of(int fd, const std::string& path) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return errno_error(path, "cannot look at");
  return static_cast<uint64_t>(info.st_size);
}

Result<std::string> read_tail(int fd, uint64_t offset, uint64_t size, const std::string& path) {
  std::string tail(size, '\0');
  std::size_t used = 0;
  while (used < tail.size()) {
    const ssize_t n =
        ::pread(fd, tail.data() + used, tail.size() - used, static_cast<off_t>(offset + used));
    if (n <= 0) return errno_error(path, "cannot read");
    used += static_cast<std::size_t>(n);
  }
  return tail;
}

}  // namespace

Result<LogHead> extend_log(const LogHead& head, const LogOrigin& origin,
                           const std::vector<Json>& events, int64_t now) {
  LogHead next = head;
  next.offset += static_cast<int64_t>(head.pending.size());
  next.pending.clear();
  for (const Json& event : events) {
    HALLMARK_TRY(const std::string line, render_line(event, origin, next, now));
    next.tree.append(merkle_leaf(line));
    next.pending += line + "\n";
  }
  return next;
}

Result<ReleaseLog> ReleaseLog::open(const std::string& directory) {
  const std::string path = directory + "/release.log";
  HALLMARK_TRY(UniqueFd fd,
               open_at(AT_FDCWD, path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, 0600));
  HALLMARK_TRY(const uint64_t size, size_of(fd.get(), path));
  if (size == 0) {
    // The file's name is on disk before its first line is.
    HALLMARK_TRY(const UniqueFd folder, open_dir(directory));
    HALLMARK_CHECK(sync_fd(folder.get(), directory));
  }
  return ReleaseLog(std::move(fd), path);
}

LogTurn::~LogTurn() {
  if (fd_ >= 0) ::flock(fd_, LOCK_UN);
}

Result<LogTurn> ReleaseLog::take_turn() const {
  while (::flock(fd_.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return errno_error(path_, "cannot lock");
  }
  return LogTurn(fd_.get());
}

Status ReleaseLog::recover(const LogHead& head) const {
  const auto start = static_cast<uint64_t>(head.offset);
  const uint64_t end = start + head.pending.size();
  HALLMARK_TRY(const uint64_t size, size_of(fd_.get(), path_));
  if (size < start) {
    return failed(path_, "has lost lines that the signing state knows of",
                  "restore the log from a copy; nothing is signed until then");
  }
  if (size > end) {
    return failed(path_,
                  "has lines that the signing state does not know of: the state is an old copy",
                  "restore the newest copy of state.db; nothing is signed until then");
  }
  HALLMARK_TRY(const std::string tail, read_tail(fd_.get(), start, size - start, path_));
  if (!head.pending.starts_with(tail)) {
    return failed(path_, "ends with other lines than those that the signing state wrote");
  }
  if (size == end) return ok_status();
  // O_APPEND continues a torn line exactly where it was torn.
  HALLMARK_CHECK(write_all(fd_.get(), std::string_view(head.pending).substr(tail.size())));
  return sync_fd(fd_.get(), path_);
}

Status ReleaseLog::each_line(const LogHead& head,
                             const std::function<Status(std::string_view)>& visit) const {
  constexpr uint64_t kChunk = uint64_t{1} << 20U;
  const uint64_t end = static_cast<uint64_t>(head.offset) + head.pending.size();
  std::string text;
  for (uint64_t offset = 0; offset < end;) {
    HALLMARK_TRY(const std::string chunk,
                 read_tail(fd_.get(), offset, std::min(kChunk, end - offset), path_));
    offset += chunk.size();
    text += chunk;
    std::size_t begin = 0;
    for (std::size_t feed = text.find('\n'); feed != std::string::npos;
         feed = text.find('\n', begin)) {
      HALLMARK_CHECK(visit(std::string_view(text).substr(begin, feed - begin)));
      begin = feed + 1;
    }
    text.erase(0, begin);
    if (text.size() > kMaxLogEntry) return failed(path_, "holds a line that no log may hold");
  }
  return text.empty() ? ok_status() : failed(path_, "ends within a line");
}

}  // namespace hallmark
