#include "reproducible/git_tree.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::fuzz::always;

// What git lists of a tree that a stranger made.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto files = hallmark::parse_tree_listing(hallmark::fuzz::text_of(data, size));
  if (!files.ok()) return 0;
  always(!files->empty(), "an empty tree is refused");
  for (size_t i = 0; i < files->size(); ++i) {
    const std::string& path = (*files)[i].path.str();
    always(("/" + path + "/").find("/../") == std::string::npos && path.front() != '/',
           "a path stays in its folder");
    always(i == 0 || (*files)[i - 1].path.str() < path, "paths are sorted and differ");
  }
  return 0;
}
