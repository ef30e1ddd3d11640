// How many targets are built at a time where nobody says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hallmark {

// One for every two processors, if there are 4 GiB of available memory for each; at least one. The
// first of a target's two builds uses one processor, the second all.
std::size_t suitable_jobs(std::size_t processors, uint64_t available_memory);

// Bytes that programs may still use, of the text of /proc/meminfo; 0: it does not say.
uint64_t available_memory(std::string_view meminfo);

// The same of this machine, now.
std::size_t suitable_jobs_here();

}  // namespace hallmark
