#include "cli/clock.hpp"

#include "core/digest.hpp"

namespace hallmark {
namespace {

constexpr std::string_view kTimeKey = "\ntime: ";

Result<Json> signers_clock(TerminalRoot& root) {
  HALLMARK_TRY(const Message answer, root.request("hallmark-sign", Json{{"type", "status"}}));
  return answer.body.value("clock", Json::object());
}

Result<ApprovalSubject> clock_approval(TerminalRoot& root, int64_t time) {
  HALLMARK_TRY(const Json clock, signers_clock(root));
  HALLMARK_TRY(const std::string policy, root.policy_text());
  HALLMARK_TRY(const Terminal terminal, root.terminal());
  TimeStatement statement;
  statement.policy_sha256 = sha256(policy);
  statement.terminal = terminal.name;
  HALLMARK_TRY(statement.floor, parse_utc(clock.value("floor", std::string())));
  statement.time = time;
  statement.terminal_group = terminal.group;
  return ApprovalSubject{root.layout(), root.layout().clock_approval(terminal.name),
                         with_expiry(statement)};
}

// Between the newest time that the signer acted at and the furthest that it goes along with.
Result<bool> is_within_reach(const Json& clock, int64_t time) {
  HALLMARK_TRY(const int64_t floor, parse_utc(clock.value("floor", std::string())));
  return time >= floor && time - floor <= clock.value("jump_days", int64_t{0}) * kDay;
}

Status check_that_it_needs_approval(TerminalRoot& root, int64_t time) {
  HALLMARK_TRY(const Json clock, signers_clock(root));
  HALLMARK_TRY(const bool within_reach, is_within_reach(clock, time));
  if (!within_reach) return ok_status();
  return policy_error(format_utc(time), "needs nobody's approval: the signer goes by such a clock",
                      "set this terminal's clock if it says something else; hallmark clock show");
}

// The time that a statement approves of.
Result<int64_t> approved_time(const std::string& statement) {
  const std::size_t key = statement.find(kTimeKey);
  if (key == std::string::npos) {
    return failed("clock", "has no approval yet", "hallmark clock approve --key FILE");
  }
  const std::size_t begin = key + kTimeKey.size();
  return parse_utc(statement.substr(begin, statement.find('\n', begin) - begin));
}

// As the first who approved said it, so that several people sign one text.
Result<ApprovalSubject> standing_subject(TerminalRoot& root, int64_t time) {
  HALLMARK_TRY(const ApprovalSubject fresh, clock_approval(root, time));
  HALLMARK_TRY(const ApprovalFiles files, read_approval_files(fresh));
  const Result<int64_t> standing = approved_time(files.statement);
  if (!standing.ok()) return fresh;
  HALLMARK_TRY(const ApprovalSubject older, clock_approval(root, *standing));
  return is_current(files, older) ? older : fresh;
}

}  // namespace

Result<StepReport> show_clock(TerminalRoot& root) {
  HALLMARK_TRY(const Json clock, signers_clock(root));
  return StepReport{"the signer's clock says " + clock.value("now", std::string()) +
                        "; it last acted at " + clock.value("floor", std::string("no time")) +
                        ", and goes by the clock up to " +
                        std::to_string(clock.value("jump_days", int64_t{0})) + " days after that",
                    clock};
}

Result<StepReport> approve_clock(TerminalRoot& root, const ClockApproval& options) {
  HALLMARK_TRY(const Policy policy, root.policy());
  HALLMARK_CHECK(check_that_it_needs_approval(root, options.time));
  HALLMARK_TRY(const ApprovalSubject subject, standing_subject(root, options.time));
  HALLMARK_CHECK(sign_statement(root.screen(), policy, subject, options.approve));
  HALLMARK_TRY(const ApprovalFiles after, read_approval_files(subject));
  return approvals_report(who_approved(policy, after), policy.most_people_needed());
}

Result<StepReport> jump_clock(TerminalRoot& root) {
  HALLMARK_TRY(const Json clock, signers_clock(root));
  HALLMARK_TRY(const int64_t now, parse_utc(clock.value("now", std::string())));
  HALLMARK_TRY(const bool is_right, is_within_reach(clock, now));
  if (is_right) {
    return StepReport{
        "nothing is wrong: the signer goes by its clock, which says " + format_utc(now),
        Json{{"floor", clock["floor"]}, {"was", clock["floor"]}}};
  }
  HALLMARK_TRY(const Policy policy, root.policy());
  HALLMARK_TRY(const Terminal terminal, root.terminal());
  HALLMARK_TRY(const ApprovalFiles files,
               read_approval_files(root.layout(), root.layout().clock_approval(terminal.name)));
  HALLMARK_TRY(const int64_t time, approved_time(files.statement));
  Json request = {{"type", "time-jump"}, {"time", format_utc(time)}};
  add_approval(policy, files, request);
  HALLMARK_TRY(const Message answer, root.request("hallmark-sign", request));
  return StepReport{"the signer goes by its clock again; it last acted at " +
                        answer.body.value("floor", std::string()) + " (was " +
                        answer.body.value("was", std::string()) + ")",
                    answer.body};
}

}  // namespace hallmark
