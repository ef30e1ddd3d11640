// The key that a policy names for a terminal's release log.
#pragma once

#include <string>

#include "core/model/policy.hpp"
#include "core/result.hpp"
#include "verify/log/note.hpp"

namespace hallmark {

// kPolicy: the policy names none for this terminal, or one that cannot sign a log.
Result<NoteKey> log_key_of(const Policy& policy, const std::string& terminal);

}  // namespace hallmark
