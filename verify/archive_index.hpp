// Packages and Sources: the indices of an apt archive, plain or compressed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/deb822.hpp"
#include "core/result.hpp"

namespace hallmark {

// Decompresses by the ending of its path (.xz, .gz or none). At most 512 MiB come out.
Result<std::string> decompress_index(std::string_view bytes, std::string_view path);

struct IndexPackage {
  std::string name;
  std::string version;
  std::string architecture;
  std::string filename;  // below the archive's URI; cannot leave it
  uint64_t size = 0;     // bytes
  Sha256Digest sha256;
  bool essential = false;
};

// Each stanza of a Packages text, in its order.
Status read_packages(std::string_view text, const std::string& subject,
                     const std::function<void(const IndexPackage&)>& visit);
Status read_package_stanzas(
    std::string_view text, const std::string& subject,
    const std::function<void(const IndexPackage&, Deb822Paragraph&& stanza)>& visit);

// The stanza of one source package and version in a Sources text, or null at the end.
Result<std::optional<Deb822Paragraph>> find_source(std::string_view text,
                                                   const std::string& subject,
                                                   std::string_view package,
                                                   std::string_view version);

// Every version of a source package in a Sources text.
Result<std::vector<std::string>> source_versions(std::string_view text, const std::string& subject,
                                                 std::string_view package);

}  // namespace hallmark
