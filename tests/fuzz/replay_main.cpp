// Runs a fuzz target over the files of the folders that are its arguments, as an ordinary test.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "core/fd.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

constexpr uint64_t kInputLimit = uint64_t{64} << 20U;

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t replayed = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& path : files_in(argv[i])) {
      const auto bytes = hallmark::read_file(path.string(), kInputLimit);
      if (!bytes.ok()) {
        std::fprintf(stderr, "%s\n", bytes.error().message().c_str());
        return 1;
      }
      std::printf("%s\n", path.c_str());
      std::fflush(stdout);  // the last line names the input that ended the program
      LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes->data()), bytes->size());
      ++replayed;
    }
  }
  std::printf("%zu inputs\n", replayed);
  return replayed > 0 ? 0 : 1;
}
