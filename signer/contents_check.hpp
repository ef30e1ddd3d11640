// Is a Contents index that is to be signed exactly what the signer derived from what it accepted?
#pragma once

#include <string>
#include <string_view>

#include "signer/state.hpp"

namespace hallmark {

// The bytes are the signer's own shards, one gzip member each, as it compressed them itself; or
// members of another zlib's that decode to them. Nothing may stand behind the last. Otherwise the
// refusal names the line. The state's shards are up to date.
Status check_contents(const State& state, const IndexPlace& place, std::string_view untrusted_form,
                      const std::string& name);

}  // namespace hallmark
