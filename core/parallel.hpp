// Doing the same to many parts of one thing, on all processors.
#pragma once

#include <cstdint>
#include <functional>

#include "core/result.hpp"

namespace hallmark {

using IndexedWork = std::function<Status(uint64_t index)>;

// Does the work once for every index below `count`, in any order, on up to four threads, of which
// the caller's is one. `make_work` is called once in each thread, so that each has buffers of its
// own. After a failure nothing new is begun; the result is the failure with the lowest index.
// Where no thread can be made, the caller's does everything.
Status for_each_in_parallel(uint64_t count, const std::function<IndexedWork()>& make_work);

// Does both, at the same time where a thread can be made, else the first before the second. Each is
// done whatever becomes of the other; the result is the first one's failure, or the second's.
Status do_both(const std::function<Status()>& first, const std::function<Status()>& second);

}  // namespace hallmark
