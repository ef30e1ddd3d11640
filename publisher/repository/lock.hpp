// One process at a time works on a repository: an flock(2) on push/lock, which the kernel releases
// when its holder ends, however it ends.
#pragma once

#include <chrono>
#include <functional>

#include "core/fd.hpp"
#include "core/layout.hpp"
#include "core/result.hpp"

namespace hallmark {

// Waits while another process holds the lock, at most `patience`; `on_wait` is called once, before
// the wait. The lock is held until the descriptor is closed.
Result<UniqueFd> lock_repository(const Layout& layout, std::chrono::milliseconds patience,
                                 const std::function<void()>& on_wait);

}  // namespace hallmark
