// Errors and results: what every function that can fail returns.
//
// An Error is one message for a person: what it is about (subject), what is wrong (cause) and,
// where one is known, what to do next (hint). Its kind is the exit code of the program that reports
// it. Nothing in Hallmark throws; exceptions of libraries are caught where the library is called.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace hallmark {

// The values are exit codes and part of the command line's contract (docs/cli.md).
enum class ErrorKind {
  kFailed = 1,
  kUsage = 2,
  kVerification = 3,  // something did not prove to be what it claims
  kPolicy = 4,        // the rules, or the people, have not allowed it
  kRemote = 5,        // the other side or the way to it failed: safe to run again
  kInterrupted = 130,
};

// The name used on the wire ("failed", "usage", "verification", "policy", "remote", "interrupted").
const char* error_kind_name(ErrorKind kind);
// An unknown name is kFailed: a peer that speaks nonsense has failed.
ErrorKind error_kind_from_name(const std::string& name);

struct Error {
  ErrorKind kind = ErrorKind::kFailed;
  std::string subject;
  std::string cause;
  std::string hint;

  // "subject: cause", the form that logs and messages use.
  std::string message() const;
};

Error failed(std::string subject, std::string cause, std::string hint = "");
Error usage_error(std::string subject, std::string cause, std::string hint = "");
Error verification_error(std::string subject, std::string cause, std::string hint = "");
Error policy_error(std::string subject, std::string cause, std::string hint = "");
Error remote_error(std::string subject, std::string cause, std::string hint = "");
// The one place that turns errno into words. `operation` is a verb phrase, as in "cannot open".
Error errno_error(std::string subject, const std::string& operation);

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit by design
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

struct Unit {};
using Status = Result<Unit>;
inline Status ok_status() { return Unit{}; }

}  // namespace hallmark

#define HALLMARK_CONCAT_INNER(a, b) a##b
#define HALLMARK_CONCAT(a, b) HALLMARK_CONCAT_INNER(a, b)
// NOLINTBEGIN(bugprone-macro-parentheses): a declaration cannot stand in parentheses
#define HALLMARK_TRY_IMPL(holder, declaration, expression) \
  auto holder = (expression);                              \
  if (!holder.ok()) return std::move(holder).error();      \
  declaration = std::move(holder).value()
// NOLINTEND(bugprone-macro-parentheses)

// HALLMARK_TRY(auto x, f()): x is f's value, or the enclosing function returns f's error.
#define HALLMARK_TRY(declaration, expression) \
  HALLMARK_TRY_IMPL(HALLMARK_CONCAT(result_at_line_, __LINE__), declaration, expression)

// HALLMARK_CHECK(f()): the same for a Status.
#define HALLMARK_CHECK(expression)                                \
  do {                                                            \
    if (auto checked_status = (expression); !checked_status.ok()) \
      return std::move(checked_status).error();                   \
  } while (false)
