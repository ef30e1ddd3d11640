#include "tests/fuzz/fuzz.hpp"
#include "verify/deb_tar.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view tar = hallmark::fuzz::text_of(data, size);
  const auto control = hallmark::find_control_in_tar(tar, "input");
  if (control.ok()) {
    hallmark::fuzz::always(tar.find(*control) != std::string_view::npos, "it is part of the input");
  }
  return 0;
}
