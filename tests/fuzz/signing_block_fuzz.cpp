#include "tests/fuzz/fuzz.hpp"
#include "verify/apk/signing_block.hpp"

using hallmark::fuzz::always;

// The input is a file that ends where a central directory would begin.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto fd = hallmark::fuzz::memory_file(hallmark::fuzz::text_of(data, size));
  const auto file = hallmark::FileBytes::open(fd.get());
  always(file.ok(), "a memory file can be read");
  const auto block = hallmark::read_signing_block(*file, size);
  if (!block.ok()) return 0;
  always(block->offset + block->bytes.size() == size, "the block ends where the directory begins");
  always(block->exists() || block->pairs.empty(), "pairs are in a block");
  for (const auto& pair : block->pairs) {
    always(pair.offset + pair.size <= block->bytes.size(), "a pair is inside the block");
    always(block->find(pair.id)->size() == pair.size, "an id is there once");
    always(!hallmark::signing_block_pair_name(pair.id).empty(), "every pair has a name");
  }
  return 0;
}
