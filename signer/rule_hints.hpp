// What would be needed, for each rule: the hint of a refusal that has none of its own.
#pragma once

#include <string_view>

namespace hallmark {

// Empty for what is no rule.
const char* hint_of(std::string_view rule);

}  // namespace hallmark
