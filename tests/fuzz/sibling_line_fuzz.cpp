#include "signer/sibling_line.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::fuzz::always;

// A line of another terminal's log: what it comes to is of that line, and names things by digest.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = hallmark::fuzz::text_of(data, size);
  const auto read = hallmark::read_sibling_line(text, "t1", 7);
  if (!read.ok()) return 0;
  const hallmark::SiblingLine& line = read->line;
  always(line.terminal == "t1" && line.sequence == 7, "it is the line that was asked for");
  always(line.text == text, "its text is kept as it is");
  always(line.request.empty() || line.request.size() == 64, "a request is named by a digest");
  always(line.request.empty() == line.policy.empty(), "with the policy that it was judged by");
  always(line.origin.find('/') == std::string::npos, "a terminal's name is plain");
  always(!read->release || !read->release->file.empty(), "a Release is a file of a suite");
  always(!read->checksums || read->checksums->product.find('/') == std::string::npos,
         "a list of checksums is of a release");
  return 0;
}
