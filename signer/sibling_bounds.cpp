#include "signer/sibling_bounds.hpp"

#include <algorithm>

#include "core/model/approval.hpp"

namespace hallmark {
namespace {

// Others came later than this terminal did, and have no history of before.
Result<bool> may_know_of_before(const State& state, const std::string& terminal) {
  HALLMARK_TRY(const std::vector<PolicyInForce> history, state.policy_history());
  if (history.empty()) return false;
  HALLMARK_TRY(const Policy first, parse_policy(history.front().text, "policy"));
  return first.log_key(terminal) != nullptr;
}

// The sibling's first line that put a policy in force which was in force here too.
Result<std::optional<uint64_t>> first_common_policy(const State& state,
                                                    const std::string& terminal) {
  HALLMARK_TRY(const std::vector<SiblingLine> policies, state.sibling_policies(terminal));
  for (const SiblingLine& line : policies) {
    HALLMARK_TRY(const bool common, state.policy_was_in_force(line.new_policy));
    if (common) return std::optional<uint64_t>(line.sequence);
  }
  return std::optional<uint64_t>();
}

}  // namespace

int64_t sibling_grace(const Policy& policy) { return 2 * policy.sibling_days * kDay; }

Result<bool> is_from_before(const State& state, const SiblingLine& line) {
  HALLMARK_TRY(const bool possible, may_know_of_before(state, line.terminal));
  if (!possible) return false;
  HALLMARK_TRY(const std::optional<uint64_t> common, first_common_policy(state, line.terminal));
  return common && line.sequence < *common;
}

Result<SiblingTimes> SiblingTimes::of(const SignerContext& context, const Policy& policy,
                                      const Sibling& known) {
  SiblingTimes out(context);
  HALLMARK_TRY(out.newest_, context.state.newest_sibling_time(known.terminal));
  out.last_read_ = known.imported_at - sibling_grace(policy);
  HALLMARK_TRY(const bool possible, may_know_of_before(context.state, known.terminal));
  HALLMARK_TRY(const std::optional<uint64_t> common,
               first_common_policy(context.state, known.terminal));
  out.has_begun_ = !possible || common.has_value();
  return out;
}

Result<int64_t> SiblingTimes::next(const SiblingLine& line) {
  if (!line.new_policy.empty() && !has_begun_) {
    HALLMARK_TRY(has_begun_, context_->state.policy_was_in_force(line.new_policy));
  }
  const int64_t earliest = has_begun_ ? std::max(newest_, last_read_) : newest_;
  // A clock that was ahead, and was put right since, does not make what follows later than now.
  newest_ = std::min(context_->now(), std::max(line.time, earliest));
  return newest_;
}

Result<int64_t> judged_first(const State& state, const Policy& policy, const SiblingLine& line) {
  if (line.origin.empty()) return line.time;
  HALLMARK_TRY(const bool before, is_from_before(state, line));
  if (before) return std::min(line.origin_time, line.time);
  return std::clamp(line.origin_time, line.time - sibling_grace(policy), line.time);
}

}  // namespace hallmark
