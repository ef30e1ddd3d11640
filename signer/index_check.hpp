// Is an index that is to be signed exactly what the signer derived from what it accepted?
#pragma once

#include <string>

#include "signer/state.hpp"

namespace hallmark {

// The file decompresses to exactly the bytes of `plain_fd`. The name's ending says how it is
// compressed: .gz or .xz. Decompression stops where it departs, so a bomb costs nothing.
Status check_compressed_form(int untrusted_fd, int plain_fd, const std::string& name);

// The text is the signer's own stanzas of this index, in order, each followed by a blank line.
// Otherwise the refusal names the package and what is wrong with it.
Status check_index(const State& state, const IndexPlace& place, std::string_view untrusted_text,
                   const std::string& name);

}  // namespace hallmark
