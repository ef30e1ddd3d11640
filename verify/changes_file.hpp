// A .changes file: what dpkg-genchanges says an upload consists of.
//
// Whether it is signed, and by whom, is not judged here. Source: deb-changes(5); Debian Policy 5.5.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "verify/dsc_lists.hpp"

namespace hallmark {

struct ChangesFile {
  std::string source;
  std::string version;
  std::vector<SourceFile> files;  // as Checksums-Sha256 names them, beside the .changes
};

// Refused (kVerification): more than 1 MiB; a text that is not one paragraph, clear-signed or
// plain; one without valid Source, Version or Checksums-Sha256, or that names no file.
Result<ChangesFile> parse_changes(std::string_view untrusted_text, const std::string& subject);

}  // namespace hallmark
