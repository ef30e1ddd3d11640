#include "signer/commit.hpp"

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
  HALLMARK_TRY(Transaction transaction, context.state.begin());
  return commit_with_log(context, std::move(transaction),
                         {Json{{"kind", "refusal"},
                               {"request", request},
                               {"name", refusal.subject.substr(0, kQuotedBytes)},
                               {"cause", refusal.cause.substr(0, kQuotedBytes)}}});
}

}  // namespace hallmark
