// A TCP connection with a time limit.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "core/fd.hpp"
#include "core/result.hpp"

namespace hallmark {

// Tries every address of the name. The socket is blocking, and keeps asking whether the other side
// is still there. Errors are kRemote.
Result<UniqueFd> tcp_connect(const std::string& address, uint16_t port,
                             std::chrono::milliseconds timeout);

}  // namespace hallmark
