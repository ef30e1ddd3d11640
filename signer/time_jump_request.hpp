// time-jump: by approval, the signer goes by its clock again after that was refused.
//
// Request: {"time": UTC, "statement", "signatures"}. Answer: {"floor", "was"}. The approved time
// takes the floor's place, be it later or earlier. Each approval does that once.
#pragma once

#include "core/wire.hpp"
#include "signer/approval_check.hpp"
#include "signer/clock.hpp"

namespace hallmark {

struct TimeCase {
  const SignerContext& context;
  const Message& untrusted_request;

  InstalledPolicy policy{};
  int64_t floor = 0;
  int64_t time = 0;
  Approval approval{};
};

Status policy_and_floor_are_there(TimeCase& subject);
Status approval_names_this_jump(TimeCase& subject);
Status approval_of_the_jump_is_in_force(TimeCase& subject);
Status jump_is_approved_by_enough_people(TimeCase& subject);
Status approval_of_the_jump_is_not_used_up(TimeCase& subject);
// The clock says the approved time, or is as little ahead of it as the policy allows.
Status clock_agrees_with_the_approved_time(TimeCase& subject);

Result<Response> jump_in_time(const TimeCase& subject);

}  // namespace hallmark
