// Questions to whoever sits at the terminal; answers are lines of standard input.
#pragma once

#include <functional>
#include <istream>
#include <string>

#include "cli/screen.hpp"
#include "core/result.hpp"

namespace hallmark {

class Questions {
 public:
  Questions(std::istream& answers, const Screen& screen) : answers_(answers), screen_(screen) {}

  // What is wrong with an answer; empty: nothing.
  using Check = std::function<std::string(const std::string& answer)>;

  // An empty line is `otherwise`. Asks again until the answer is right; kUsage at the end of the
  // input.
  Result<std::string> ask(const std::string& question, const std::string& otherwise,
                          const Check& check);
  // Done only if the answer is "yes".
  Status confirm(const std::string& question);

 private:
  std::istream& answers_;
  const Screen& screen_;
};

// For answers that must not be empty.
std::string must_be_given(const std::string& answer);

}  // namespace hallmark
