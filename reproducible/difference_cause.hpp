// Why two builds probably differ, in words, from the bytes of the file that does: what one build
// had as a condition stands in its file, and what the other had stands in the other's. A guess, for
// people: the verdict was found without it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hallmark {

// A condition that the two builds had differently, as a text that can be found again.
struct Telltale {
  std::string name;  // "path"
  std::string first;
  std::string second;
};

// "the build's year is in it: \"Copyright 2026 A\" and \"Copyright 2027 A\""; where no telltale is
// found, the bytes around the first difference: "at byte 512 it has \"1\" and \"2\"".
std::string difference_cause(std::string_view untrusted_first, std::string_view untrusted_second,
                             const std::vector<Telltale>& telltales);

}  // namespace hallmark
