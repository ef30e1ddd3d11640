#include "signer/commit.hpp"

#include "core/model/approval.hpp"

namespace hallmark {
namespace {

// What strangers may put into the log with one refused request.
constexpr std::size_t kQuotedBytes = 512;

}  // namespace

Status commit_with_log(const SignerContext& context, Transaction transaction,
                       const std::vector<Json>& events) {
  HALLMARK_TRY(const LogHead head, context.state.log_head());
  // The lines of the transaction before this one, if it was interrupted, come first.
  HALLMARK_CHECK(context.log.recover(head));
  HALLMARK_TRY(const LogHead next, extend_log(head, context.origin, events, context.now()));
  HALLMARK_CHECK(context.state.set_log_head(next));
  HALLMARK_CHECK(transaction.commit());
  return context.log.recover(next);
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
  HALLMARK_TRY(Transaction transaction, context.state.begin());
  return commit_with_log(context, std::move(transaction), {event});
}

}  // namespace hallmark
