// Running a function on hostile bytes where it can do no harm: in a child process that can compute,
// read the files it is given, and answer with a text; no more.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace hallmark {

// The text that `work` gives, at most `most` bytes of it. An error when the child ends otherwise
// than by giving one, or needs more than `limit`. Of all descriptors only `inputs` are open in it,
// for reading: not even the standard ones are. No file can be opened and no program started; it
// gets 2 GiB of memory. For processes with one thread.
Result<std::string> run_isolated(const std::function<std::string()>& work,
                                 const std::vector<int>& inputs, std::chrono::seconds limit,
                                 std::size_t most = std::size_t{64} << 10U);

}  // namespace hallmark
