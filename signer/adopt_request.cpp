#include "signer/adopt_request.hpp"

#include <fcntl.h>

#include "signer/rules.hpp"

namespace hallmark {
namespace {

Result<UniqueFd> second_of(const UniqueFd& file) {
  UniqueFd copy(::fcntl(file.get(), F_DUPFD_CLOEXEC, 0));
  if (copy.get() < 0) return errno_error("artefact", "cannot take");
  return copy;
}

// As the sibling was asked, with this terminal's files; no descriptor, but its place, where one was
// called back.
Result<Message> request_of_then(const AdoptCase& subject) {
  Message message;
  message.body = subject.body;
  const bool with_policy = subject.untrusted_request.body.value("policy", Json()) == true;
  const auto& fds = subject.untrusted_request.fds;
  const auto leave_out_called_back = [&] {
    while (subject.adoption.find_called_back(message.fds.size()) != nullptr) {
      message.fds.emplace_back();
    }
  };
  leave_out_called_back();
  for (std::size_t i = with_policy ? 2 : 1; i < fds.size(); ++i) {
    HALLMARK_TRY(UniqueFd file, second_of(fds[i]));
    message.fds.push_back(std::move(file));
    leave_out_called_back();
  }
  return message;
}

// What had been done here already has led to no line now.
Result<bool> settle(const AdoptCase& subject) {
  const State& state = subject.context.state;
  const SiblingLine& line = subject.work.first;
  HALLMARK_TRY(const bool settled, state.sibling_line_is_settled(line.terminal, line.sequence));
  HALLMARK_TRY(Transaction transaction, state.begin());
  if (!settled) {
    HALLMARK_CHECK(state.settle_lines(line.terminal, line.sequence, subject.work.lines));
  }
  HALLMARK_CHECK(settle_what_is_known(subject.context));
  HALLMARK_CHECK(transaction.commit());
  return !settled;
}

}  // namespace

Result<Response> judge_again(const AdoptCase& subject, JudgeAgain judge) {
  const SiblingLine& line = subject.work.first;
  Adoption adoption = subject.adoption;
  // Of what the sibling had itself adopted, the first terminal's line.
  adoption.terminal = line.terminal;
  adoption.sequence = line.sequence;
  adoption.lines = subject.work.lines;
  adoption.number = line.number;
  adoption.clock = subject.context.now;
  SignerContext then = subject.context;
  then.now = [time = adoption.time] { return time; };
  then.adoption = &adoption;
  HALLMARK_TRY(const Message request, request_of_then(subject));
  Result<Response> answer = judge(then, request);
  if (!answer.ok()) {
    Error error = answer.error();
    error.cause += "; it is line " + std::to_string(line.sequence) + " of " + line.terminal +
                   "'s log, and is judged as of then";
    // What the request's own rules advise was for whoever made it, there.
    // But of a policy it is what this terminal lacks.
    if (error.kind == ErrorKind::kPolicy && line.kind != "policy") {
      error.hint =
          "if this terminal did what does not go with it, call one of the two releases back "
          "('hallmark withdraw', where it was accepted), publish there and sync; else a policy "
          "must drop that terminal's log key";
    }
    return error;
  }
  HALLMARK_TRY(const bool already, settle(subject));
  return Response{Json{{"terminal", line.terminal},
                       {"sequence", line.sequence},
                       {"lines", subject.work.lines},
                       {"kind", line.kind},
                       {"already", already},
                       {"answer", std::move(answer->body)}},
                  {}};
}

}  // namespace hallmark
