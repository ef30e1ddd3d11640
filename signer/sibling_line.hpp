// One line of a sibling's release log, as far as this terminal must know it. Source of the format:
// docs/release-log.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "signer/state.hpp"

namespace hallmark {

struct ReadLine {
  SiblingLine line;
  std::optional<KnownRelease> release;      // of kind "release": Release or InRelease
  std::optional<SignedApk> apk;             // of kind "apk"
  std::optional<KnownChecksums> checksums;  // of kind "checksums"
};

// The line with this number in the log of this terminal. Lines of kinds that are not known here are
// read too; keys that are not known do not matter.
Result<ReadLine> read_sibling_line(std::string_view untrusted_line, const std::string& terminal,
                                   uint64_t sequence);

}  // namespace hallmark
