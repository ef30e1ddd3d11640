#include "signer/time_jump_request.hpp"

#include "signer/commit.hpp"
#include "signer/rules.hpp"

namespace hallmark {

Status policy_and_floor_are_there(TimeCase& subject) {
  HALLMARK_TRY(std::optional<InstalledPolicy> policy, subject.context.state.policy());
  HALLMARK_TRY(const std::optional<int64_t> floor, subject.context.state.time_floor());
  if (!policy || !floor) return policy_error("policy", "is not installed", "hallmark init");
  subject.policy = std::move(*policy);
  subject.floor = *floor;
  return ok_status();
}

Status approval_names_this_jump(TimeCase& subject) {
  const Json& body = subject.untrusted_request.body;
  HALLMARK_TRY(const std::string time, request_text(body, "time"));
  HALLMARK_TRY(subject.time, untrusted(parse_utc(time)));
  TimeStatement expected;
  expected.policy_sha256 = subject.policy.sha256;
  expected.terminal = subject.context.origin.terminal;
  expected.floor = subject.floor;
  expected.time = subject.time;
  expected.terminal_group = subject.context.terminal_group;
  HALLMARK_TRY(subject.approval, read_approval(body, expected));
  return ok_status();
}

Status approval_of_the_jump_is_in_force(TimeCase& subject) {
  return check_expiry(subject.approval.expires, subject.context.now());
}

Status jump_is_approved_by_enough_people(TimeCase& subject) {
  const Policy& policy = subject.policy.policy;
  return count_approvers({policy, policy.most_people_needed()}, subject.untrusted_request.body,
                         subject.approval);
}

// The floor that it names may come again.
Status approval_of_the_jump_is_not_used_up(TimeCase& subject) {
  HALLMARK_TRY(const bool used,
               subject.context.state.time_jump_was_used(subject.approval.statement_sha256));
  if (!used) return ok_status();
  return policy_error("approval", "was used up by an earlier change of the time",
                      "approve again: hallmark clock approve");
}

Status clock_agrees_with_the_approved_time(TimeCase& subject) {
  const int64_t ahead = subject.context.now() - subject.time;
  if (ahead >= 0 && ahead <= subject.policy.policy.clock_jump_days * kDay) return ok_status();
  return policy_error("clock",
                      "says " + format_utc(subject.context.now()) + ", and " +
                          format_utc(subject.time) + " was approved",
                      "set this terminal's clock");
}

Result<Response> jump_in_time(const TimeCase& subject) {
  const SignerContext& context = subject.context;
  const Json event = {{"kind", "time"},
                      {"name", "time-jump"},
                      {"floor", format_utc(subject.floor)},
                      {"approved_time", format_utc(subject.time)},
                      {"statement", subject.approval.statement_sha256.hex()},
                      {"approvers", subject.approval.approvers}};
  HALLMARK_TRY(Transaction transaction, context.state.begin());
  HALLMARK_CHECK(context.state.set_time_floor(subject.time));
  HALLMARK_CHECK(context.state.add_time_jump(subject.approval.statement_sha256, context.now()));
  HALLMARK_CHECK(commit_with_log(context, std::move(transaction), {event}));
  HALLMARK_TRY(const std::optional<int64_t> floor, context.state.time_floor());
  return Response{
      Json{{"floor", format_utc(floor.value_or(0))}, {"was", format_utc(subject.floor)}}, {}};
}

}  // namespace hallmark
