#include "signer/sibling_rules.hpp"

#include "core/model/approval.hpp"

namespace hallmark {
namespace {

constexpr const char* kSync = "hallmark sync";

std::string name_of(const Sibling& sibling) { return "terminal " + sibling.terminal; }

bool names(const PolicyInForce& entry, const std::string& terminal) {
  const Result<Policy> policy = parse_policy(entry.text, "policy");
  return policy.ok() && policy->log_key(terminal) != nullptr;
}

// Since when it has been a sibling here. nullopt: for as long as this terminal has had a policy, so
// that it began without knowing what the other had done.
Result<std::optional<int64_t>> sibling_since(const State& state, const std::string& terminal) {
  HALLMARK_TRY(const std::vector<PolicyInForce> history, state.policy_history());
  std::optional<int64_t> since;
  for (auto entry = history.rbegin(); entry != history.rend(); ++entry) {
    if (!names(*entry, terminal)) return since;
    since = entry->since;
  }
  return std::optional<int64_t>();
}

// When it was last known to be read to its end. A terminal that came later has as long to publish
// its log for the first time as it would have otherwise.
Result<int64_t> last_read(const State& state, const Sibling& sibling) {
  if (sibling.imported_at != 0) return sibling.imported_at;
  HALLMARK_TRY(const std::optional<int64_t> since, sibling_since(state, sibling.terminal));
  return since.value_or(0);
}

}  // namespace

Result<SiblingsCase> siblings_case(const SignerContext& context) {
  SiblingsCase subject{context};
  HALLMARK_TRY(std::optional<InstalledPolicy> installed, context.state.policy());
  if (!installed) return subject;
  subject.policy = std::move(*installed);
  for (const std::string& terminal : siblings_of(subject.policy.policy, context.origin.terminal)) {
    HALLMARK_TRY(std::optional<Sibling> known, context.state.sibling(terminal));
    Sibling sibling = std::move(known).value_or(Sibling{});
    sibling.terminal = terminal;
    subject.siblings.push_back(std::move(sibling));
  }
  return subject;
}

Status no_sibling_contradiction_stands(SiblingsCase& subject) {
  for (const Sibling& sibling : subject.siblings) {
    if (sibling.contradiction.empty()) continue;
    return verification_error(
        name_of(sibling), sibling.contradiction,
        "find out who has its log key; nothing is signed until a policy drops it");
  }
  return ok_status();
}

Status sibling_logs_are_fresh(SiblingsCase& subject) {
  const int64_t now = subject.context.now();
  const int64_t days = subject.policy.policy.sibling_days;
  for (const Sibling& sibling : subject.siblings) {
    HALLMARK_TRY(const int64_t read, last_read(subject.context.state, sibling));
    if (read != 0 && now - read <= days * kDay) continue;
    const std::string when = sibling.imported_at == 0
                                 ? "was never read here"
                                 : "was last read here at " + format_utc(sibling.imported_at);
    return policy_error("release log of " + name_of(sibling),
                        when + ", and the policy allows " + std::to_string(days) + " days", kSync);
  }
  return ok_status();
}

Status sibling_lines_are_adopted(SiblingsCase& subject) {
  for (const Sibling& sibling : subject.siblings) {
    const std::string missing = what_is_missing(sibling);
    if (!missing.empty()) return policy_error("release log of " + name_of(sibling), missing, kSync);
    HALLMARK_TRY(const std::vector<SiblingLine> left,
                 subject.context.state.pending_lines(sibling.terminal, 1));
    if (left.empty()) continue;
    return policy_error(
        "line " + std::to_string(left.front().sequence) + " of the release log of " +
            name_of(sibling),
        "tells of what was not judged here yet, of kind '" + left.front().kind + "'", kSync);
  }
  return ok_status();
}

// A line that says that a release was called back, or that a newer one was accepted, is no proof
// that people wanted that: somebody may have the log key. Its own request, judged here, is.
Status unread_releases_have_left(SiblingsCase& subject) {
  HALLMARK_TRY(const std::optional<ReleaseInSuite> unread,
               subject.context.state.unread_and_not_gone());
  if (!unread) return ok_status();
  return policy_error(
      unread->product + " " + unread->version + " in suite " + unread->suite,
      "was taken without its bytes, since a log told that it was called back or that newer ones "
      "were accepted, and nobody's approval of that was seen",
      "hallmark withdraw " + unread->product + " " + unread->version + " --suite " + unread->suite +
          ", and find out who has that log key");
}

std::vector<std::string> siblings_of(const Policy& policy, const std::string& terminal) {
  std::vector<std::string> out;
  for (const LogKeyPolicy& log : policy.log_keys) {
    if (log.terminal != terminal) out.push_back(log.terminal);
  }
  return out;
}

std::string what_is_missing(const Sibling& sibling) {
  if (sibling.seen.size <= sibling.tree.size()) return "";
  return "has " + std::to_string(sibling.seen.size) + " lines, as its key has signed, and " +
         std::to_string(sibling.tree.size()) + " were read here";
}

}  // namespace hallmark
