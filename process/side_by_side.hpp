// Several long pieces of work at the same time, each in a process of its own: one that dies, runs
// out of memory or fails is alone with it.
//
// For processes with one thread. Whatever becomes of this process, SIGKILL included, the others end
// with it. What work leaves behind it leaves on disk: only progress and an error come back. A
// worker that sends anything else, or tells of its progress without end, is ended, and that is its
// error.
#pragma once

#include <cstddef>
#include <functional>

#include "core/result.hpp"
#include "core/wire.hpp"

namespace hallmark {

// Told in the parent. None may fail.
struct SideBySideEvents {
  std::function<void(std::size_t index)> began;
  std::function<void(std::size_t index, const Json& event)> progress;  // an object
  std::function<void(std::size_t index, const Status& outcome)> ended;
  std::function<void()> second_passed;  // about once a second while nothing else happens
};

using PieceOfWork = std::function<Status(std::size_t index, const ProgressSink& progress)>;

// Does the work for every index below `count`, at most `at_once` (one or more) at a time, lower
// ones begun first. A failure stops none of the others. An error: processes cannot be made or
// waited for; those at work are ended.
Status run_side_by_side(std::size_t count, std::size_t at_once, const PieceOfWork& work,
                        const SideBySideEvents& events);

}  // namespace hallmark
