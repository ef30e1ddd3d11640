// What the requests of hallmark-push have in common.
#pragma once

#include "core/layout.hpp"
#include "core/model/policy.hpp"
#include "core/model/terminal.hpp"
#include "core/wire.hpp"
#include "publisher/repository/repository.hpp"

namespace hallmark {

struct Context {
  Layout layout;
  Message& message;
  const ProgressSink& progress;
};

// What most answers start with: the lock, held for as long as the repository is in use.
struct LockedRepository {
  UniqueFd lock;
  Repository repository;
};
Result<LockedRepository> open_repository(const Context& context);

Result<Policy> read_policy(const Layout& layout);
Result<Terminal> read_terminal(const Layout& layout);

// Takes the request apart; `read` asks for every key but "type".
Status read_request(const Context& context, const ObjectReader::Visit& read);

}  // namespace hallmark
