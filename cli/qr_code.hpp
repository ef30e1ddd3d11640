// A text for a telephone's camera.
#pragma once

#include <string>

#include "core/result.hpp"

namespace hallmark {

enum class QrForm { kCharacters, kSvg };

Result<std::string> qr_code(const std::string& text, QrForm form);

}  // namespace hallmark
