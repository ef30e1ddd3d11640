// What a lock says, in words for a person who is asked to approve of it. Nothing of it is verified
// here: the fetcher and the builder do that.
#pragma once

#include <string>
#include <vector>

#include "core/model/lock.hpp"

namespace hallmark {

// Product and version, source and who signed it, where it goes: a line each.
std::vector<std::string> lock_words(const Lock& lock);

struct LockChange {
  std::string words;   // one line
  bool alert = false;  // worth a second look: what is trusted changes, or a version falls
};

// What is new since `before`, an older lock of the product: a line for each package of an
// environment that came, went, rose, fell or is another file of its version, and for each other
// fact. Empty: only the version is.
std::vector<LockChange> lock_differences(const Lock& before, const Lock& after);
// Their words.
std::vector<std::string> lock_changes(const Lock& before, const Lock& after);

// Of these versions, the highest that is below `version`; empty if there is none.
std::string version_before(const std::vector<std::string>& versions, const std::string& version);

}  // namespace hallmark
