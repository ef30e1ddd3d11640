// hallmark pin --updates: which pinned things are to be had in a newer version.
//
// hallmark-fetch looks; no lock is changed by it. Of each product the highest pinned version is
// meant: what the next release is made from, or the last one was.
#pragma once

#include <string>
#include <vector>

#include "cli/terminal_root.hpp"
#include "core/json.hpp"
#include "core/result.hpp"

namespace hallmark {

// Of these products, or of all that have a pinned version. One product's trouble does not keep the
// others; the last one is the result. `check`: that there is something newer is kFailed.
Status tell_updates(TerminalRoot& root, const std::vector<std::string>& products, bool check);

// "figlet 2.2.5-3: 2 newer, 1 of them for security", and a line for each, as hallmark-fetch
// answers: [{"pinned","version","uri","security","environment"?,"name"?,"architecture"?,"suite"?}].
std::string updates_in_words(const std::string& release, const Json& updates);

}  // namespace hallmark
