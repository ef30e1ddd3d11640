// Text for web pages.
#pragma once

#include <string>
#include <string_view>

namespace hallmark {

// So that a browser shows it as it is, between tags and in attributes.
std::string html_escaped(std::string_view text);

}  // namespace hallmark
