#include "verify/bundle_tar.hpp"

#include <array>
#include <cstdio>

namespace hallmark {
namespace {

constexpr std::size_t kModeAt = 100;
constexpr std::size_t kSizeAt = 124;
constexpr std::size_t kSizeLength = 12;
constexpr std::size_t kChecksumAt = 148;

std::string octal(uint64_t number, int digits) {
  std::array<char, 32> text{};
  const int size = std::snprintf(text.data(), text.size(), "%0*llo", digits,
                                 static_cast<unsigned long long>(number));
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace

std::string bundle_tar_header(const std::string& name, uint64_t size) {
  std::string header = name;
  header.resize(kModeAt);
  const std::string zero("\0", 1);
  header += octal(0644, 7) + zero + octal(0, 7) + zero + octal(0, 7) + zero;  // mode, user, group
  header += octal(size, 11) + zero + octal(0, 11) + zero;                     // size, time
  header += std::string(8, ' ') + "0";                                        // checksum, file
  header.resize(257);
  header += "ustar" + zero + "00";
  header.resize(kTarBlock);
  uint64_t sum = 0;
  for (const char c : header) sum += static_cast<uint8_t>(c);
  return header.replace(kChecksumAt, 8, octal(sum, 6) + zero + " ");
}

uint64_t bundle_tar_padding(uint64_t size) { return (kTarBlock - size % kTarBlock) % kTarBlock; }

std::optional<uint64_t> read_bundle_tar_header(std::string_view untrusted_block,
                                               const std::string& name) {
  if (untrusted_block.size() != kTarBlock) return std::nullopt;
  const std::optional<uint64_t> size =
      read_tar_number(untrusted_block.substr(kSizeAt, kSizeLength));
  if (!size || bundle_tar_header(name, *size) != untrusted_block) return std::nullopt;
  return size;
}

}  // namespace hallmark
