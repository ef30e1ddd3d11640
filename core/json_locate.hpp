// Finds the line of a value in JSON text that is known to parse, for error messages only.
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

}  // namespace hallmark
