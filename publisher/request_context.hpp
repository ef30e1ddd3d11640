// What the requests of hallmark-push have in common.
#pragma once

#include "core/layout.hpp"
#include "core/model/policy.hpp"
#include "core/model/terminal.hpp"
#include "core/wire.hpp"

namespace hallmark {

struct Context {
  Layout layout;
  Message& message;
  const ProgressSink& progress;
};

Result<Policy> read_policy(const Layout& layout);
Result<Terminal> read_terminal(const Layout& layout);

// Takes the request apart; `read` asks for every key but "type".
Status read_request(const Context& context, const ObjectReader::Visit& read);

}  // namespace hallmark
