// A limit in time that nothing can get around: not even a read from a file system that a stranger
// runs (FUSE) and that never answers.
#pragma once

#include <chrono>

namespace hallmark {

// The process ends, by SIGALRM, if this lives for longer. Within another, the earlier end counts.
// For programs that may be killed at any instant, in which nobody else uses alarm(2).
class TimeLimit {
 public:
  explicit TimeLimit(std::chrono::seconds limit);
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;
  ~TimeLimit();

 private:
  std::chrono::steady_clock::time_point began_;
  unsigned outer_;  // seconds that were left of the limit around this one; 0: there is none
};

}  // namespace hallmark
