// What a lock says, in words for a person who is asked to approve of it. Nothing of it is verified
// here: the fetcher and the builder do that.
#pragma once

#include <string>
#include <vector>

#include "core/model/lock.hpp"

namespace hallmark {

// Product and version, source and who signed it, where it goes: a line each.
std::vector<std::string> lock_words(const Lock& lock);

// Who signed the source: fingerprints, with commas between them.
std::string signers_in_words(const LockedSource& source);

// Of these versions, the highest that is below `version`; empty if there is none.
std::string version_before(const std::vector<std::string>& versions, const std::string& version);

}  // namespace hallmark
