// What a rebuild came to, for people and for programs.
#pragma once

#include <string>

#include "cli/rebuild/rebuild.hpp"
#include "core/json.hpp"

namespace hallmark {

Json to_json(const Rebuild& rebuild);  // docs/cli.md describes it
std::string rebuild_text(const Rebuild& rebuild);

// kVerification: something that is published is not what the lock gives. kFailed: nothing could be
// compared, though it was asked for.
Status rebuild_verdict(const Rebuild& rebuild);

}  // namespace hallmark
