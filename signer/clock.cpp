#include "signer/clock.hpp"

#include "core/model/approval.hpp"

namespace hallmark {
namespace {

constexpr const char* kSetIt =
    "set this terminal's clock; if it is right, have that approved: hallmark clock approve";

}  // namespace

Result<ClockCase> clock_case(const SignerContext& context) {
  HALLMARK_TRY(const std::optional<InstalledPolicy> installed, context.state.policy());
  ClockCase subject{context};
  HALLMARK_TRY(subject.floor, context.state.time_floor());
  subject.jump_days = installed ? installed->policy.clock_jump_days : Policy().clock_jump_days;
  return subject;
}

Status clock_is_not_behind(ClockCase& subject) {
  const int64_t now = subject.context.now();
  if (!subject.floor || now >= *subject.floor) return ok_status();
  return policy_error("clock",
                      "says " + format_utc(now) + ", and this terminal has acted at " +
                          format_utc(*subject.floor) + " already",
                      kSetIt);
}

Status clock_did_not_jump(ClockCase& subject) {
  const int64_t now = subject.context.now();
  if (!subject.floor || now - *subject.floor <= subject.jump_days * kDay) return ok_status();
  return policy_error("clock",
                      "says " + format_utc(now) + ", more than " +
                          std::to_string(subject.jump_days) + " days after " +
                          format_utc(*subject.floor) + ", when this terminal last acted",
                      kSetIt);
}

Result<LineTime> line_time(const SignerContext& context) {
  HALLMARK_TRY(ClockCase subject, clock_case(context));
  if (clock_is_not_behind(subject).ok() && clock_did_not_jump(subject).ok()) {
    return LineTime{context.now(), true};
  }
  return LineTime{*subject.floor, false};
}

Result<Json> clock_status(const SignerContext& context) {
  HALLMARK_TRY(const ClockCase subject, clock_case(context));
  Json out = {{"now", format_utc(context.now())}, {"jump_days", subject.jump_days}};
  if (subject.floor) out["floor"] = format_utc(*subject.floor);
  return out;
}

}  // namespace hallmark
