// SHA-256 over a file that begins as another one did, without digesting those bytes again.
#pragma once

#include <cstdint>
#include <vector>

#include "core/digest.hpp"

namespace hallmark {

// A computation that has come to `offset`.
struct BegunSha256 {
  Sha256Hasher hasher;
  uint64_t offset = 0;
};

// How far the digest of a file was after each MiB of it.
class Sha256Marks {
 public:
  static constexpr uint64_t kStep = uint64_t{1} << 20U;

  // After another kStep bytes.
  void add(const Sha256Hasher& hasher) { marks_.push_back(hasher.copy()); }
  // The last mark within the first `size` bytes.
  BegunSha256 within(uint64_t size) const;

 private:
  std::vector<Sha256Hasher> marks_;
};

}  // namespace hallmark
