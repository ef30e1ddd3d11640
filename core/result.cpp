#include "core/result.hpp"

#include <array>
#include <cerrno>
#include <system_error>

namespace hallmark {
namespace {

struct KindName {
  ErrorKind kind;
  const char* name;
};

constexpr std::array<KindName, 6> kKindNames = {{
    {ErrorKind::kFailed, "failed"},
    {ErrorKind::kUsage, "usage"},
    {ErrorKind::kVerification, "verification"},
    {ErrorKind::kPolicy, "policy"},
    {ErrorKind::kRemote, "remote"},
    {ErrorKind::kInterrupted, "interrupted"},
}};

Error make(ErrorKind kind, std::string subject, std::string cause, std::string hint) {
  return Error{kind, std::move(subject), std::move(cause), std::move(hint)};
}

}  // namespace

const char* error_kind_name(ErrorKind kind) {
  for (const KindName& entry : kKindNames) {
    if (entry.kind == kind) return entry.name;
  }
  return "failed";
}

ErrorKind error_kind_from_name(const std::string& name) {
  for (const KindName& entry : kKindNames) {
    if (name == entry.name) return entry.kind;
  }
  return ErrorKind::kFailed;
}

std::string Error::message() const { return subject.empty() ? cause : subject + ": " + cause; }

Error failed(std::string subject, std::string cause, std::string hint) {
  return make(ErrorKind::kFailed, std::move(subject), std::move(cause), std::move(hint));
}

Error usage_error(std::string subject, std::string cause, std::string hint) {
  return make(ErrorKind::kUsage, std::move(subject), std::move(cause), std::move(hint));
}

Error verification_error(std::string subject, std::string cause, std::string hint) {
  return make(ErrorKind::kVerification, std::move(subject), std::move(cause), std::move(hint));
}

Error policy_error(std::string subject, std::string cause, std::string hint) {
  return make(ErrorKind::kPolicy, std::move(subject), std::move(cause), std::move(hint));
}

Error remote_error(std::string subject, std::string cause, std::string hint) {
  return make(ErrorKind::kRemote, std::move(subject), std::move(cause), std::move(hint));
}

Error errno_error(std::string subject, const std::string& operation) {
  const std::string reason = std::generic_category().message(errno);
  return failed(std::move(subject), operation + ": " + reason);
}

}  // namespace hallmark
