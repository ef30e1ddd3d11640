#include "signer/commit.hpp"

#include <algorithm>

#include "core/model/approval.hpp"
#include "signer/clock.hpp"
#include "signer/key_inventory.hpp"

namespace hallmark {
namespace {

// What strangers may put into the log with one refused request.
constexpr std::size_t kQuotedBytes = 512;

Status commit_lines(const SignerContext& context, Transaction transaction,
                    const std::vector<Json>& events, int64_t time) {
  HALLMARK_TRY(const LogHead head, context.state.log_head());
  // The lines of the transaction before this one, if it was interrupted, come first.
  HALLMARK_CHECK(context.log.recover(head));
  HALLMARK_TRY(const LogHead next, extend_log(head, context.origin, events, time));
  HALLMARK_CHECK(context.state.set_log_head(next));
  HALLMARK_CHECK(transaction.commit());
  return context.log.recover(next);
}

}  // namespace

Status commit_with_log(const SignerContext& context, Transaction transaction,
                       const std::vector<Json>& events) {
  // The clock was judged when the request began, and may have gone back since.
  HALLMARK_TRY(const std::optional<int64_t> floor, context.state.time_floor());
  const int64_t time = std::max(context.clock(), floor.value_or(0));
  HALLMARK_CHECK(context.state.set_time_floor(time));
  HALLMARK_TRY(const LogHead head, context.state.log_head());
  HALLMARK_CHECK(note_key_uses(context, events, head.tree.size()));
  return commit_lines(context, std::move(transaction), events, time);
}

Status log_refusal(const SignerContext& context, const std::string& request, const Error& refusal) {
  const int64_t now = context.now();
  const RefusalMeter::Verdict verdict = context.client.refusals.count(context.client.uid, now);
  if (verdict == RefusalMeter::Verdict::kLeaveOut) return ok_status();
  Json event{{"kind", "refusal"},
             {"request", request.substr(0, kQuotedBytes)},
             {"uid", context.client.uid},
             {"name", refusal.subject.substr(0, kQuotedBytes)},
             {"cause", refusal.cause.substr(0, kQuotedBytes)}};
  if (verdict == RefusalMeter::Verdict::kLogThatItWasTheLast) {
    event["name"] = "uid " + std::to_string(context.client.uid);
    event["cause"] = "was refused " + std::to_string(RefusalMeter::kLogged) +
                     " times already: what else it is refused until " +
                     format_utc(RefusalMeter::window_end(now)) + " is not logged";
  }
  HALLMARK_TRY(const LineTime line, line_time(context));
  if (!line.by_clock) event["clock"] = format_utc(now);
  HALLMARK_TRY(Transaction transaction, context.state.begin());
  return commit_lines(context, std::move(transaction), {event}, line.time);
}

}  // namespace hallmark
