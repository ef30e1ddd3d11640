// A passphrase, for as long as a key is being imported: from a descriptor or from the person at the
// terminal, to programs by a pipe. Never in an argument, an environment or a file.
#pragma once

#include <string>

#include "core/fd.hpp"
#include "core/result.hpp"

namespace hallmark {

// No core file shows the memory of this process, or of a program that it starts; nor does /proc, to
// its own user.
Status forbid_core_dumps();

class Passphrase {
 public:
  // One line of `fd`, without its line feed; at most 1 KiB.
  static Result<Passphrase> read(int fd);
  // Asks on the process's own terminal, without echo.
  static Result<Passphrase> ask(const std::string& question);

  Passphrase(Passphrase&& other) noexcept { text_.swap(other.text_); }
  Passphrase& operator=(Passphrase&&) = delete;
  Passphrase(const Passphrase&) = delete;
  Passphrase& operator=(const Passphrase&) = delete;
  ~Passphrase();  // wipes it

  // A pipe that holds it, and then ends: for one program to read once.
  Result<UniqueFd> as_pipe() const;

 private:
  Passphrase();

  std::string text_;
};

}  // namespace hallmark
