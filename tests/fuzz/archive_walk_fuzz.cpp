#include <algorithm>

#include "reproducible/archive_walk.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const hallmark::UniqueFd file = hallmark::fuzz::memory_file(hallmark::fuzz::text_of(data, size));
  const auto members = hallmark::walk_archive(file.get());
  if (!members.ok()) return 0;
  for (const hallmark::ArchiveMember& member : *members) {
    const bool printable = std::none_of(member.path.begin(), member.path.end(),
                                        [](char c) { return static_cast<unsigned char>(c) < ' '; });
    hallmark::fuzz::always(printable, "a path shows no control character");
  }
  return 0;
}
