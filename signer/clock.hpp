// What the signer takes for the time: its clock, within limits.
//
// The floor is the newest time at which it has acted (the time of a line of the log, and so of each
// Release's Date). A clock behind it, or further ahead of it than the policy's clock_jump_days, was
// set by somebody: nothing is signed or accepted by it. Only an approval puts another floor in its
// place, higher or lower (signer/time_jump_request.hpp). A clock that somebody sets ahead in steps
// smaller than that is not noticed. A clock that is a few seconds behind is waited for: even one
// that is kept right goes back so far now and then.
#pragma once

#include <optional>

#include "core/json.hpp"
#include "signer/context.hpp"

namespace hallmark {

struct ClockCase {
  const SignerContext& context;
  std::optional<int64_t> floor{};  // none: nothing was ever done here
  int64_t jump_days = 0;           // of the policy in force
};

// Fills in the rest of the case.
Result<ClockCase> clock_case(const SignerContext& context);

// The rules, before those of each request that acts by the time.
Status clock_is_not_behind(ClockCase& subject);
Status clock_did_not_jump(ClockCase& subject);

// For a line of the log: the clock's time, or the floor where the clock cannot be right.
struct LineTime {
  int64_t time = 0;
  bool by_clock = true;
};
Result<LineTime> line_time(const SignerContext& context);

// For `status`: {"now","floor"?,"jump_days"}.
Result<Json> clock_status(const SignerContext& context);

}  // namespace hallmark
