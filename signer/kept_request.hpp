// What led to a line of the log is kept, word for word, and named by the line: whoever reads the
// log can judge it again, and sibling terminals do (docs/release-log.md).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/json.hpp"
#include "signer/context.hpp"

namespace hallmark {

// As much as a request and a build record can be.
inline constexpr std::size_t kMaxKeptText = std::size_t{24} << 20U;  // bytes

// Does a kept request lead to lines of this kind?
bool leads_to_lines(std::string_view kind);
// Does one of this type?
bool is_kept_request(std::string_view type, std::string_view kind);

// The parts of such a request's body that it is judged by: always the same bytes for the same
// request. Of accept-prebuilt they are the same for each part of the import.
Result<std::string> kept_request(const Json& body);

// Commits the open transaction with a log line for each of `events`, as commit_with_log does, and
// with what led to them: `body`, judged by the policy `policy`. In an adoption the lines say whose
// they are, and the sibling's lines are settled.
Status commit_request(const SignerContext& context, Transaction transaction, const Json& body,
                      const Sha256Digest& policy, std::vector<Json> events);

}  // namespace hallmark
