#include "publisher/request_context.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxConfiguration = uint64_t{8} << 20U;  // bytes

}  // namespace

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
