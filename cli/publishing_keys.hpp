// The public halves of the keys that package hosts may know, in keys/ of the terminal's folder:
// OpenSSH lines, each ended by a line feed.
#pragma once

#include <string>

#include "cli/terminal_root.hpp"

namespace hallmark {

// The one that was made here last, which `keys export --publishing` prints: a single line.
inline constexpr const char* kPublishingKey = "publishing.pub";
// Those that were made here before it.
inline constexpr const char* kFormerPublishingKeys = "publishing-former.pub";
// Those that were made elsewhere.
inline constexpr const char* kImportedPublishingKeys = "publishing-imported.pub";

// The file's lines; nothing where there is none.
Result<std::string> read_publishing_keys(const TerminalRoot& root, const std::string& file);
// Adds a line, unless the file has it.
Status note_publishing_key(const TerminalRoot& root, const std::string& file,
                           const std::string& line);

}  // namespace hallmark
