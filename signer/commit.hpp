// The one way in which the signing state changes: together with the release log.
#pragma once

#include <vector>

#include "signer/context.hpp"

namespace hallmark {

// Commits the open transaction with a log line for each of `events`, then appends the lines to the
// log and flushes it. Only after that may a caller hand anything out.
Status commit_with_log(const SignerContext& context, Transaction transaction,
                       const std::vector<Json>& events);

// Logs that `request` was refused, unless the client's refusals fill the log already. Only what the
// rules or a proof refused, not trouble.
Status log_refusal(const SignerContext& context, const std::string& request, const Error& refusal);

}  // namespace hallmark
