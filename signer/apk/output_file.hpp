// An output file that holds all of what it should, or nothing.
#pragma once

#include <functional>

#include "core/result.hpp"

namespace hallmark {

// Calls `write` to fill an empty regular file, and empties it again if that fails. What is no such
// file is refused, and left as it is.
Status fill_or_empty(int out_fd, const std::function<Status()>& write);

}  // namespace hallmark
