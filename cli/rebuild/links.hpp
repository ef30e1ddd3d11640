// What a rebuilder serves to apt-transport-in-toto: sources/PACKAGE/VERSION/metadata, a signed link
// (verify/intoto_link.hpp) for each package that was rebuilt.
#pragma once

#include <string>

#include "cli/rebuild/rebuild.hpp"

namespace hallmark {

// Signed by the user's own gpg with the key of this fingerprint. Returns how many there are.
// kFailed: two targets give one file with two contents, which no link can say.
Result<std::size_t> write_links(const TerminalRoot& root, const Rebuild& rebuild,
                                const std::string& fingerprint, const std::string& out);

}  // namespace hallmark
