// The keys that can be used: those that the installed policy names, with what is known of each.
//
// Request "keys". Answer: {"keys": [...]}, see docs/formats.md. The signer does not know where a
// key is (software or card): its agent tells that to the agent's own user alone.
#pragma once

#include <vector>

#include "core/json.hpp"
#include "core/wire.hpp"
#include "signer/context.hpp"

namespace hallmark {

// How long before a key's end its owner is told.
inline constexpr int64_t kKeyWarningDays = 180;

// OpenPGP, then APK, then the log's; empty: no policy is installed.
Result<Json> key_inventory(const SignerContext& context);
// Of those: an object {"subject","cause"} for each that is over, or soon will be.
Result<Json> key_warnings(const SignerContext& context);

Result<Response> keys_answer(const SignerContext& context);

// After a commit: the keys of each event have signed what it tells of. `first` is the number of the
// first event's line.
Status note_key_uses(const SignerContext& context, const std::vector<Json>& events, uint64_t first);

}  // namespace hallmark
