// What the fuzz targets share.
//
// A target defines LLVMFuzzerTestOneInput, which gives the bytes to a parser and states with
// always() what must hold whenever the parser accepts them.
#pragma once

#include <sys/mman.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "core/fd.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace hallmark::fuzz {

inline void always(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

inline std::string_view text_of(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// For parsers that read a file.
inline UniqueFd memory_file(std::string_view bytes) {
  UniqueFd file(::memfd_create("fuzz", MFD_CLOEXEC));
  always(file && write_all(file.get(), bytes).ok(), "a memory file can be written");
  return file;
}

}  // namespace hallmark::fuzz
