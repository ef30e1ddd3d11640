#include "signer/adopt_request.hpp"

#include <fcntl.h>

#include <map>
#include <set>

#include "core/digest.hpp"
#include "signer/package_rules.hpp"
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

// SHA-256 of the lock, or of the import manifest, that the request is about; of a promotion, which
// is about what was accepted before, nothing.
std::string release_of(const Json& body) {
  for (const char* key : {"lock", "manifest"}) {
    const auto text = body.find(key);
    if (text != body.end() && text->is_string()) return sha256(text->get<std::string>()).hex();
  }
  return "";
}

std::string text_in(const Json& line, const char* key) {
  const auto found = line.find(key);
  return found != line.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// When a suite took something decides which versions it keeps: what each terminal's log says of
// that counts on all of them, whoever is heard of first. Of a line only what its request is about:
// the request was judged when it was done here, and the line is but what a log says.
Status note_times(const AdoptCase& subject) {
  const State& state = subject.context.state;
  const SiblingLine& first = subject.work.first;
  if (first.kind != "acceptance" && first.kind != "promotion") return ok_status();
  HALLMARK_TRY(const std::vector<SiblingLine> lines,
               state.sibling_lines(first.terminal, first.sequence, subject.work.lines));
  std::map<std::string, std::set<std::string>> packages;  // by suite
  const std::string about = release_of(subject.body);
  for (const SiblingLine& line : lines) {
    HALLMARK_TRY(const Json json, parse_json(line.text, "line of a log"));
    const std::string lock = text_in(json, "lock");
    const std::string release = lock.empty() ? text_in(json, "manifest") : lock;
    const bool is_about = about.empty()
                              ? line.suite == text_in(subject.body, "to") &&
                                    text_in(json, "version") == text_in(subject.body, "version")
                              : release == about;
    if (!is_about || line.sha256.empty()) continue;
    HALLMARK_TRY(const Sha256Digest sha256, Sha256Digest::from_hex(line.sha256));
    HALLMARK_CHECK(state.accepted_elsewhere({release, line.suite, line.component}, sha256,
                                            subject.adoption.time));
    HALLMARK_TRY(const std::vector<std::string> names, state.package_names(sha256, line.suite));
    packages[line.suite].insert(names.begin(), names.end());
  }
  for (const auto& [suite, names] : packages) {
    HALLMARK_CHECK(retire_old_versions(state, suite, names));
  }
  return ok_status();
}

// What had been done here already has led to no line now.
Result<bool> settle(const AdoptCase& subject) {
  const State& state = subject.context.state;
  const SiblingLine& line = subject.work.first;
  HALLMARK_TRY(const bool settled, state.sibling_line_is_settled(line.terminal, line.sequence));
  HALLMARK_TRY(Transaction transaction, state.begin());
  if (!settled) {
    HALLMARK_CHECK(note_times(subject));
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
