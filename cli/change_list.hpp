// publish --emit-changes: what changed on the package hosts, as a list that only grows, for whoever
// copies it to a bucket.
//
// JSON lines, in an order in which they may be copied one after the other, so that what a file
// names is there before it: {"action": "put", "path", "size", "sha256", "cache_control"}, and in
// the end
// {"action": "remove", "path"} of what expired. What the list says already is not said again.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace hallmark {

// The lines to add to the list so far, whose last line may be incomplete and then counts for
// nothing. `published`: as hallmark-push gives it, a line for each file that hosts have to hold, in
// order, and {"path", "held": true} for others that one of them still has.
Result<std::string> next_changes(std::string_view untrusted_list, std::string_view published,
                                 const std::string& subject);

// Adds them to the file, which need not be there; as a whole or not at all. How many there were.
Result<uint64_t> add_changes(const std::string& path, std::string_view published);

}  // namespace hallmark
