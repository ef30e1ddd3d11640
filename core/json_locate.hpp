// Finds places in JSON text that is known to parse: the line of a value, for error messages, and
// where an array ends, for adding to a file that people write without losing what is around it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hallmark {

// 1-based.
std::size_t line_of_offset(std::string_view text, std::size_t offset);
// The line where the key or array element that `pointer` (RFC 6901) names begins; the line of the
// nearest enclosing value where it is absent.
std::size_t line_of_pointer(std::string_view json, const std::string& pointer);

// Just behind the last element of the array that `pointer` names. npos: it has none, or is none.
std::size_t end_of_last_element(std::string_view json, const std::string& pointer);

}  // namespace hallmark
