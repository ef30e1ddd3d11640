// The lists of files in a .dsc and in a Sources index: lines of digest, size and name.
// Source: Debian Policy 5.6.21 and 5.6.24.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace hallmark {

struct SourceFile {
  std::string name;
  uint64_t size = 0;  // bytes
  Sha256Digest sha256;

  bool operator==(const SourceFile&) const = default;
};

// The value of Checksums-Sha256: plain names, each once, at most 1000.
Result<std::vector<SourceFile>> parse_checksums(std::string_view untrusted_value,
                                                const std::string& subject);

struct Md5File {
  std::string name;
  uint64_t size = 0;  // bytes
  std::string md5;    // 32 digits, lower case

  bool operator==(const Md5File&) const = default;
};

// The value of Files, by the same rules.
Result<std::vector<Md5File>> parse_md5_files(std::string_view untrusted_value,
                                             const std::string& subject);

}  // namespace hallmark
