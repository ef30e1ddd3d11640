// How many refusals of each user the log tells of: who asks for nonsense all day long does not fill
// the disk.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>

#include "core/result.hpp"

namespace hallmark {

class RefusalMeter {
 public:
  // Of one user, in one window.
  static constexpr uint32_t kLogged = 100;
  static constexpr int64_t kWindow = 600;  // seconds

  enum class Verdict { kLog, kLogThatItWasTheLast, kLeaveOut };

  // Its memory is shared with every process that is forked from this one. Use it in the log's turn:
  // it has no lock of its own.
  static Result<RefusalMeter> make();

  // One more refusal of this user, at this time.
  Verdict count(uid_t user, int64_t now) const;

  // When the window of this moment ends.
  static int64_t window_end(int64_t now) { return (now / kWindow + 1) * kWindow; }

 private:
  struct Slots;
  struct Unmap {
    void operator()(Slots* slots) const;
  };
  explicit RefusalMeter(Slots* slots) : slots_(slots) {}

  std::unique_ptr<Slots, Unmap> slots_;
};

}  // namespace hallmark
