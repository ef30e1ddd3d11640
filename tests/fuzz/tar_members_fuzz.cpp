#include "reproducible/archive_walk.hpp"
#include "reproducible/tar_members.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::fuzz::always;

// A release archive, as its upstream or somebody else packed it.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const hallmark::UniqueFd file = hallmark::fuzz::memory_file(hallmark::fuzz::text_of(data, size));
  if (!hallmark::judge_tar_here(file.get(), "archive").ok()) return 0;
  const auto members = hallmark::walk_archive(file.get());
  if (!members.ok()) return 0;
  for (const hallmark::ArchiveMember& member : *members) {
    const std::string path = "/" + member.path + "/";
    always(path.find("/../") == std::string::npos, "no path goes up");
    always(!member.path.starts_with('/'), "no path is absolute");
  }
  return 0;
}
