#include "process/time_limit.hpp"

#include <unistd.h>

#include <algorithm>

namespace hallmark {

TimeLimit::TimeLimit(std::chrono::seconds limit)
    : began_(std::chrono::steady_clock::now()), outer_(::alarm(0)) {
  const auto own = static_cast<unsigned>(std::max<std::chrono::seconds::rep>(limit.count(), 1));
  ::alarm(outer_ == 0 ? own : std::min(own, outer_));
}

TimeLimit::~TimeLimit() {
  ::alarm(0);
  if (outer_ == 0) return;
  const auto used =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - began_);
  const auto gone = static_cast<unsigned>(used.count());
  ::alarm(gone < outer_ ? outer_ - gone : 1);
}

}  // namespace hallmark
