// A digest that goes on where another one was is the digest of all of it.
#include "core/sha256_marks.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

namespace hallmark {
namespace {

constexpr std::size_t kStep = Sha256Marks::kStep;

TEST_CASE("sha256 marks: the last one within a size, and on from there") {
  std::string bytes(3 * kStep + 5, 'a');
  for (std::size_t i = 0; i < bytes.size(); i += 89) bytes[i] = static_cast<char>('b' + i % 21);
  Sha256Marks marks;
  Sha256Hasher hasher;
  for (std::size_t at = 0; at < 3 * kStep; at += kStep) {
    hasher.update(std::string_view(bytes).substr(at, kStep));
    marks.add(hasher);
  }
  for (const std::size_t size : {std::size_t{0}, kStep - 1, kStep, kStep + 1, 3 * kStep - 1,
                                 3 * kStep, 3 * kStep + 5, 9 * kStep}) {
    INFO("within " << size);
    BegunSha256 begun = marks.within(size);
    CHECK(begun.offset == std::min(size, 3 * kStep) / kStep * kStep);
    begun.hasher.update(std::string_view(bytes).substr(begun.offset));
    CHECK(begun.hasher.finish() == sha256(bytes));
  }
}

}  // namespace
}  // namespace hallmark
