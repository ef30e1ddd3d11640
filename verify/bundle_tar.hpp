// A bundle as one tar file, of which there is one form alone: the manifest, then the files in its
// order, each behind the header that its name and size give, and two empty blocks at the end. A
// reader compares headers, and takes no archive apart. Source: tar(5), ustar.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "verify/tar_header.hpp"

namespace hallmark {

inline constexpr uint64_t kBundleTarEnd = 2 * kTarBlock;  // bytes

// The block before a regular file, mode 0644, of user 0 and of 1970. `name`: at most 100 bytes,
// `size`: below 8 GiB.
std::string bundle_tar_header(const std::string& name, uint64_t size);
// How many zero bytes follow a content of this size.
uint64_t bundle_tar_padding(uint64_t size);

// The size that a header block gives, if it is what bundle_tar_header makes of this name.
std::optional<uint64_t> read_bundle_tar_header(std::string_view untrusted_block,
                                               const std::string& name);

}  // namespace hallmark
