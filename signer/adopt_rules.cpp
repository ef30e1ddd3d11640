// adopt: which line, which request, which policy.
#include <algorithm>

#include "core/digest.hpp"
#include "core/model/approval.hpp"
#include "signer/adopt_request.hpp"
#include "signer/kept_request.hpp"
#include "signer/private_copy.hpp"
#include "signer/rollout_request.hpp"
#include "signer/rules.hpp"
#include "signer/sibling_bounds.hpp"

namespace hallmark {
namespace {

std::string line_name(const AdoptCase& subject) {
  return "line " + std::to_string(subject.work.first.sequence) + " of " + subject.terminal +
         "'s log";
}

// One of the texts that come first among the descriptors.
Result<std::string> text_at(const AdoptCase& subject, std::size_t position,
                            const std::string& digest) {
  const auto& fds = subject.untrusted_request.fds;
  if (fds.size() <= position) return failed("request", "lacks a text among its descriptors");
  HALLMARK_TRY(const PrivateCopy copy,
               private_copy(subject.context.layout, fds[position].get(), kMaxKeptText, "text"));
  if (copy.digest.sha256.hex() != digest) {
    return verification_error(
        "text of " + line_name(subject),
        "has SHA-256 " + copy.digest.sha256.hex() + ", and the line names " + digest,
        "hallmark sync");
  }
  return read_all(copy.fd.get(), kMaxKeptText, "text");
}

// The last that came into force before the line, as its log says; not of what was adopted.
Result<bool> log_agrees(const AdoptCase& subject) {
  const SiblingLine& line = subject.work.first;
  if (!line.origin.empty()) return true;
  HALLMARK_TRY(const std::vector<SiblingLine> policies,
               subject.context.state.sibling_policies(subject.terminal));
  std::string last;
  for (const SiblingLine& policy : policies) {
    if (policy.sequence < line.sequence) last = policy.new_policy;
  }
  return last == line.policy;
}

// A policy that was replaced here counts for as long as a sibling may not have heard of that: its
// approvers may have been replaced for a reason. Stopping is never too late.
Status still_counted(const AdoptCase& subject, int64_t replaced_at) {
  const SiblingLine& line = subject.work.first;
  const bool stops =
      line.kind == "withdrawal" || (line.kind == "rollout" && is_no_rise(subject.body));
  if (stops) return ok_status();
  if (line.time <= replaced_at + sibling_grace(subject.policy.policy)) return ok_status();
  return policy_error(line_name(subject),
                      "was judged there by the policy " + line.policy +
                          ", which had been replaced here at " + format_utc(replaced_at),
                      "find out why that terminal did not know; a policy must drop its log key, or "
                      "this stays");
}

Result<std::string> policy_text(const AdoptCase& subject,
                                const std::vector<PolicyInForce>& history) {
  const std::string& digest = subject.work.first.policy;
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (history[i].sha256.hex() != digest) continue;
    if (i + 1 < history.size()) HALLMARK_CHECK(still_counted(subject, history[i + 1].since));
    return history[i].text;
  }
  HALLMARK_TRY(const bool before, is_from_before(subject.context.state, subject.work.first));
  if (!before) {
    return policy_error(
        line_name(subject),
        "was judged there by the policy " + digest + ", which was never in force here",
        "adopt the change of the policy first; if the terminals were given "
        "different ones, a policy must drop that terminal's log key");
  }
  return text_at(subject, 1, digest);
}

}  // namespace

Status policy_for_the_adoption(AdoptCase& subject) {
  HALLMARK_TRY(subject.policy, subject.context.state.policy_in_force());
  return ok_status();
}

Status adopted_sibling_is_in_the_policy(AdoptCase& subject) {
  HALLMARK_TRY(subject.terminal, request_plain_name(subject.untrusted_request.body, "terminal"));
  if (subject.terminal != subject.context.origin.terminal &&
      subject.policy.policy.log_key(subject.terminal) != nullptr) {
    return ok_status();
  }
  return policy_error("terminal " + subject.terminal,
                      "is no other terminal that has a log key in the installed policy");
}

Status adopted_sibling_did_not_contradict_itself(AdoptCase& subject) {
  HALLMARK_TRY(const std::optional<Sibling> known, subject.context.state.sibling(subject.terminal));
  if (!known || known->contradiction.empty()) return ok_status();
  return verification_error("terminal " + subject.terminal, known->contradiction);
}

Status line_is_known_and_next(AdoptCase& subject) {
  const auto sequence = subject.untrusted_request.body.find("sequence");
  if (sequence == subject.untrusted_request.body.end() || !sequence->is_number_unsigned()) {
    return failed("request", "lacks the number 'sequence'");
  }
  HALLMARK_TRY(std::optional<SiblingWork> next,
               next_work(subject.context, subject.policy.policy, subject.terminal));
  const std::string name =
      "line " + std::to_string(sequence->get<uint64_t>()) + " of " + subject.terminal + "'s log";
  if (!next) {
    return policy_error(name, "is not to be judged here, or not before another terminal's");
  }
  if (next->first.sequence != sequence->get<uint64_t>()) {
    return policy_error(name, "is not the next to be judged here, which is line " +
                                  std::to_string(next->first.sequence));
  }
  subject.work = std::move(*next);
  HALLMARK_TRY(const std::vector<SiblingLine> lines,
               subject.context.state.sibling_lines(
                   subject.work.first.terminal, subject.work.first.sequence, subject.work.lines));
  HALLMARK_TRY(subject.adoption.called_back, called_back_files(subject.context.state, lines));
  return ok_status();
}

Status request_is_the_lines(AdoptCase& subject) {
  const SiblingLine& line = subject.work.first;
  HALLMARK_TRY(const std::string text, text_at(subject, 0, line.request));
  HALLMARK_TRY(subject.body,
               untrusted(parse_json(text, "request of " + line_name(subject), {kMaxKeptText, 64})));
  const std::string type =
      subject.body.is_object() && subject.body.contains("type") && subject.body["type"].is_string()
          ? subject.body["type"].get<std::string>()
          : "";
  if (is_kept_request(type, line.kind)) return ok_status();
  return verification_error(line_name(subject), "names a request that leads to no such line");
}

Status policy_is_the_lines(AdoptCase& subject) {
  const SiblingLine& line = subject.work.first;
  HALLMARK_TRY(const std::vector<PolicyInForce> history, subject.context.state.policy_history());
  HALLMARK_TRY(const bool agrees, log_agrees(subject));
  if (!agrees) {
    return verification_error(line_name(subject), "names another policy than the log before it");
  }
  if (line.kind == "policy" && line.policy != history.back().sha256.hex()) {
    return policy_error(line_name(subject),
                        "changes the policy " + line.policy + ", and another is in force here",
                        "the terminals were given different policies: one must drop the other's "
                        "log key");
  }
  HALLMARK_TRY(subject.adoption.policy_text, policy_text(subject, history));
  const std::string& text = subject.adoption.policy_text;
  HALLMARK_TRY(subject.adoption.policy.policy, untrusted(parse_policy(text, "policy")));
  subject.adoption.policy.sha256 = sha256(text);
  HALLMARK_TRY(subject.adoption.time,
               judged_first(subject.context.state, subject.policy.policy, line));
  return ok_status();
}

}  // namespace hallmark
