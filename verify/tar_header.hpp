// The fields of a tar archive's header block, as deb_tar and deb_paths read them. Source: tar(5).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hallmark {

inline constexpr std::size_t kTarBlock = 512;  // bytes

// The field up to its first NUL.
std::string_view tar_text(std::string_view field);
bool is_all_zero(std::string_view bytes);
// Octal digits, with blanks before and blanks or NULs after them.
std::optional<uint64_t> read_tar_number(std::string_view field);
// The sum of the header's bytes, with its own field read as blanks.
bool tar_checksum_holds(std::string_view header);

}  // namespace hallmark
