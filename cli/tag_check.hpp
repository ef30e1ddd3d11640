// Are the tag and the commit that a lock was made from still what its origin serves? For approvers
// on machines of their own: who could change the lock on its way to them could not change this
// answer. Tree and contents follow from the commit; nobody compares them here.
#pragma once

#include <filesystem>

#include "core/model/lock.hpp"
#include "core/result.hpp"

namespace hallmark {

// Of a git source: a line that says so. kVerification: the tag is another object now, or of another
// commit, or gone, or asked for in the clone itself. kRemote: nobody answered.
Result<std::string> check_tag(const Lock& lock, const std::filesystem::path& clone);

}  // namespace hallmark
