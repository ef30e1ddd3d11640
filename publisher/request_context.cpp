#include "publisher/request_context.hpp"

#include <chrono>

#include "publisher/repository/lock.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxConfiguration = uint64_t{8} << 20U;  // bytes
constexpr std::chrono::minutes kLockPatience(10);

}  // namespace

Result<LockedRepository> open_repository(const Context& context) {
  const auto say_waiting = [&context] {
    context.progress(Json{{"step", "wait"}, {"note", "another publisher is at work"}});
  };
  HALLMARK_TRY(UniqueFd lock, lock_repository(context.layout, kLockPatience, say_waiting));
  HALLMARK_TRY(Repository repository, Repository::open(context.layout));
  return LockedRepository{std::move(lock), std::move(repository)};
}

Result<Policy> read_policy(const Layout& layout) {
  HALLMARK_TRY(const std::string text, read_file(layout.policy(), kMaxConfiguration));
  return parse_policy(text, layout.policy());
}

Result<Terminal> read_terminal(const Layout& layout) {
  HALLMARK_TRY(const std::string text, read_file(layout.terminal(), kMaxConfiguration));
  return parse_terminal(text, layout.terminal());
}

Status read_request(const Context& context, const ObjectReader::Visit& read) {
  HALLMARK_TRY(const JsonDocument document,
               JsonDocument::parse(context.message.body.dump(), "request"));
  {
    ObjectReader reader(document);
    static_cast<void>(reader.text("type"));
    read(reader);
  }
  return document.status();
}

}  // namespace hallmark
