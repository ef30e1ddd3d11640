// Text of a JSON object that another program of the terminal wrote.
#pragma once

#include <string>

#include "core/json.hpp"

namespace hallmark {

// Empty where there is no such key, or something else than text.
std::string text_of(const Json& object, const char* key);

}  // namespace hallmark
