#include "core/digest.hpp"
#include "reproducible/bundle_media.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::fuzz::always;

// A tar file on media: what is copied out of it has the size and digest that its manifest says.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto media =
      hallmark::BundleMedia::open(hallmark::fuzz::memory_file(hallmark::fuzz::text_of(data, size)));
  if (!media.ok()) return 0;
  const bool whole = media->check_members().ok();
  for (std::size_t i = 0; i < media->manifest().files.size(); ++i) {
    const hallmark::BundledFile& file = media->manifest().files[i];
    const hallmark::UniqueFd out = hallmark::fuzz::memory_file("");
    if (!media->copy(i, out.get(), [](std::size_t) {}).ok()) continue;
    const auto digest = hallmark::digest_fd(out.get());
    always(digest.ok() && digest->sha256 == file.sha256 && digest->size == file.size,
           "what was copied is what the manifest names");
    always(!whole || file.size < size, "a whole file is no longer than what it is in");
  }
  return 0;
}
