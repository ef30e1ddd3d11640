// Is the tag that a lock was made from still what its origin serves? For approvers on machines of
// their own: who could change the lock on its way to them could not change this answer.
#pragma once

#include "core/model/lock.hpp"
#include "core/result.hpp"

namespace hallmark {

// One line that says so; empty where the source is no git tag. kVerification: the tag is another
// object now, or gone. kRemote: nobody answered.
Result<std::string> check_tag(const Lock& lock);

}  // namespace hallmark
