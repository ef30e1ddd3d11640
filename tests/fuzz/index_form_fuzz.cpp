#include "signer/index_check.hpp"
#include "tests/fuzz/fuzz.hpp"

using hallmark::fuzz::always;

// The input is a compressed index; the plain one is always the same text, of two shards.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view first = "Package: a\nVersion: 1\n\n";
  const std::string_view second = "Package: c\nVersion: 1\n\n";
  const hallmark::IndexShard a{first.size(), hallmark::sha256(first)};
  const hallmark::IndexShard c{second.size(), hallmark::sha256(second)};
  const std::vector<hallmark::IndexShard> shards = {a, c};
  const std::vector<hallmark::IndexShard> other_shards = {c, a};
  const hallmark::CheckedIndex plain{"Package: a\nVersion: 1\n\nPackage: c\nVersion: 1\n\n",
                                     shards};
  const hallmark::CheckedIndex other{"Package: c\nVersion: 1\n\nPackage: a\nVersion: 1\n\n",
                                     other_shards};
  for (const char* name : {"Packages.gz", "Packages.xz"}) {
    const auto check = [&](const hallmark::CheckedIndex& index,
                           std::span<const hallmark::KnownForm> known) {
      return hallmark::check_compressed_form({data, size}, index, known, name);
    };
    const auto found = check(plain, {});
    always(!(found.ok() && check(other, {}).ok()), "a form says one thing");
    if (found.ok()) {
      always(check(plain, *found).ok(), "what was learnt changes no verdict");
      always(!check(other, *found).ok(), "nor makes a lie true");
    }
  }
  return 0;
}
