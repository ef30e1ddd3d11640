#include "cli/questions.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kLongestAnswer = 4096;

std::string without_blanks_around(const std::string& line) {
  const std::size_t first = line.find_first_not_of(" \t\r");
  if (first == std::string::npos) return {};
  return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace

Result<std::string> Questions::ask(const std::string& question, const std::string& otherwise,
                                   const Check& check) {
  for (;;) {
    screen_.note(question + (otherwise.empty() ? "" : " [" + otherwise + "]") + ":");
    std::string line;
    if (!std::getline(answers_, line) || line.size() > kLongestAnswer) {
      return usage_error("ceremony", "was not answered: " + question,
                         "answer on standard input, or give the option");
    }
    std::string answer = without_blanks_around(line);
    if (answer.empty()) answer = otherwise;
    const std::string wrong = check ? check(answer) : std::string();
    if (wrong.empty()) return answer;
    screen_.warn(wrong);
  }
}

Status Questions::confirm(const std::string& question) {
  HALLMARK_TRY(const std::string answer, ask(question + " (yes or no)", "", must_be_given));
  if (answer == "yes") return ok_status();
  return failed("ceremony", "was ended: the answer was '" + answer + "'",
                "nothing was made; begin again");
}

std::string must_be_given(const std::string& answer) {
  return answer.empty() ? "this needs an answer" : "";
}

}  // namespace hallmark
