#include "reproducible/build_jobs.hpp"

#include <algorithm>
#include <charconv>

#include "core/fd.hpp"
#include "reproducible/sandbox.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMemoryOfOne = uint64_t{4} << 30U;  // bytes
constexpr std::string_view kField = "MemAvailable:";

}  // namespace

std::size_t suitable_jobs(std::size_t processors, uint64_t available_memory) {
  const std::size_t by_memory = available_memory / kMemoryOfOne;
  return std::max<std::size_t>(std::min((processors + 1) / 2, by_memory), 1);
}

uint64_t available_memory(std::string_view meminfo) {
  const std::size_t at = meminfo.find(kField);
  if (at == std::string_view::npos) return 0;
  meminfo.remove_prefix(at + kField.size());
  meminfo.remove_prefix(std::min(meminfo.find_first_not_of(' '), meminfo.size()));
  uint64_t kibibytes = 0;
  const auto number = std::from_chars(meminfo.data(), meminfo.data() + meminfo.size(), kibibytes);
  return number.ec == std::errc() && kibibytes < (uint64_t{1} << 50U) ? kibibytes << 10U : 0;
}

std::size_t suitable_jobs_here() {
  const Result<std::vector<unsigned>> cpus = available_cpus();
  const Result<std::string> meminfo = read_file("/proc/meminfo", uint64_t{1} << 20U);
  return suitable_jobs(cpus.ok() ? cpus->size() : 1, meminfo.ok() ? available_memory(*meminfo) : 0);
}

}  // namespace hallmark
