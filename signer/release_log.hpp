// The release log: sign/log/release.log, one line of JSON for each acceptance, signature, policy
// change and refusal, only ever appended to. docs/release-log.md describes the lines.
//
// A line exists in the signing state before it is in the file (signer/commit.hpp), and is flushed
// to disk in the file before anything that it tells of is handed out. So after a crash at any
// instant the state says what the file must end with, and recover() completes it: a torn line was
// never acknowledged.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/fd.hpp"
#include "core/json.hpp"
#include "signer/state.hpp"

namespace hallmark {

// What every line says of the terminal that wrote it.
struct LogOrigin {
  std::string terminal;
  bool demo = false;
};

// The head after `head` once each of `events` (an object with "kind") has its line.
Result<LogHead> extend_log(const LogHead& head, const LogOrigin& origin,
                           const std::vector<Json>& events, int64_t now);

// Held for the length of one request: no other process that shares the state judges one meanwhile.
class LogTurn {
 public:
  explicit LogTurn(int fd) : fd_(fd) {}
  LogTurn(LogTurn&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  LogTurn& operator=(LogTurn&&) = delete;
  LogTurn(const LogTurn&) = delete;
  LogTurn& operator=(const LogTurn&) = delete;
  ~LogTurn();

 private:
  int fd_;  // the log's; -1: moved from
};

class ReleaseLog {
 public:
  // Creates directory/release.log if there is none.
  static Result<ReleaseLog> open(const std::string& directory);

  // Waits until it is this process's turn.
  Result<LogTurn> take_turn() const;

  // Makes the file end with `head.pending`, appending what is missing of it. A file that ends
  // elsewhere is an error: it was cut, or the state is an old copy.
  Status recover(const LogHead& head) const;

  // Every line of a file that recover() has completed, without its line feed, read anew.
  Status each_line(const LogHead& head, const std::function<Status(std::string_view)>& visit) const;

 private:
  ReleaseLog(UniqueFd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

  UniqueFd fd_;
  std::string path_;
};

}  // namespace hallmark
