// entry.jar of an F-Droid repository, as clients judge it.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace hallmark {

inline constexpr std::size_t kMaxEntryJar = std::size_t{64} << 10U;  // bytes

// What entry.json says in it: signed with SHA-256 by the key of this certificate, and by no other.
// Nothing else may be in the file.
Result<std::string> read_entry_jar(std::span<const uint8_t> untrusted_jar,
                                   const Sha256Digest& certificate);

}  // namespace hallmark
