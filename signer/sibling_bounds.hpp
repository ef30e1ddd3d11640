// How far a sibling's log is believed about time and about policies. Its signer may be in other
// hands: it must not be able to reach back to when an approval, or an approver, still counted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "signer/context.hpp"

namespace hallmark {

// For how long what two terminals knew of each other may differ: as long as one may sign without
// having read the other, and as long again for its log to be published. In seconds.
int64_t sibling_grace(const Policy& policy);

// Whether the line is from before this terminal had a policy. Only the sibling's log can tell of
// that, and only one that this terminal's first policy named: the line comes before the first
// policy that was in force here too.
Result<bool> is_from_before(const State& state, const SiblingLine& line);

// The times of a sibling's new lines, as they count here: no earlier than the line before, and,
// but for what is from before, than sibling_grace before its whole log was last read.
class SiblingTimes {
 public:
  static Result<SiblingTimes> of(const SignerContext& context, const Policy& policy,
                                 const Sibling& known);
  // Of the line that follows.
  Result<int64_t> next(const SiblingLine& line);

 private:
  explicit SiblingTimes(const SignerContext& context) : context_(&context) {}

  const SignerContext* context_;
  int64_t newest_ = 0;      // of the lines so far
  int64_t last_read_ = 0;   // less sibling_grace
  bool has_begun_ = false;  // a policy of this terminal is among the lines so far
};

// When what a line tells of was judged first, by a line that counts as of `line.time`: a copy of
// another terminal's line may be older than it by sibling_grace.
Result<int64_t> judged_first(const State& state, const Policy& policy, const SiblingLine& line);

}  // namespace hallmark
