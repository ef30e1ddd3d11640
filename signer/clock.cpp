#include "signer/clock.hpp"

#include <chrono>
#include <thread>

#include "core/model/approval.hpp"

namespace hallmark {
namespace {

// As much a clock may go back that is kept right, by a leap second or a step of NTP (seconds).
constexpr int64_t kWaitedFor = 5;

constexpr const char* kSetIt =
    "set this terminal's clock; if it is right, have that approved: hallmark clock approve";

bool is_behind(const ClockCase& subject) {
  return subject.floor && subject.context.now() < *subject.floor;
}

// Nothing is done at a time before the floor, so that is waited for where it is near.
void wait_for_the_floor(const ClockCase& subject) {
  constexpr auto kStep = std::chrono::milliseconds(50);
  constexpr int64_t kSteps = kWaitedFor * 1000 / kStep.count() + 1;
  for (int64_t i = 0; i < kSteps && is_behind(subject); ++i) {
    if (*subject.floor - subject.context.now() > kWaitedFor) return;
    std::this_thread::sleep_for(kStep);
  }
}

}  // namespace

Result<ClockCase> clock_case(const SignerContext& context) {
  HALLMARK_TRY(const std::optional<InstalledPolicy> installed, context.state.policy());
  ClockCase subject{context};
  HALLMARK_TRY(subject.floor, context.state.time_floor());
  subject.jump_days = installed ? installed->policy.clock_jump_days : Policy().clock_jump_days;
  return subject;
}

Status clock_is_not_behind(ClockCase& subject) {
  wait_for_the_floor(subject);
  if (!is_behind(subject)) return ok_status();
  return policy_error("clock",
                      "says " + format_utc(subject.context.now()) +
                          ", and this terminal has acted at " + format_utc(*subject.floor) +
                          " already",
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
  if (!is_behind(subject) && clock_did_not_jump(subject).ok()) {
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
