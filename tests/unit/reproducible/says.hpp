// Does an error say what it should? Where not, both texts are in the failure.
#pragma once

#include <catch2/catch_test_macros.hpp>
#include <string>

namespace hallmark {

inline bool says(const std::string& text, const std::string& part) {
  INFO(text);
  const bool found = text.find(part) != std::string::npos;
  CHECK(found);
  return found;
}

}  // namespace hallmark
