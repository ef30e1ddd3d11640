// Which packages this machine can run: "amd64", as dpkg calls it.
#pragma once

#include <string>

#include "core/result.hpp"

namespace hallmark {

Result<std::string> architecture_here();

}  // namespace hallmark
