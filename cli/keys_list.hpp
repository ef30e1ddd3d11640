// Every key of the terminal: what the signer says of those that the policy names, where the agents
// keep them, and what the agents have beside them.
#pragma once

#include <string>

#include "cli/terminal_root.hpp"
#include "core/json.hpp"

namespace hallmark {

// {"keys": [...], "not_in_inventory": [...]}; docs/cli.md, "keys list".
Result<Json> list_keys(TerminalRoot& root);
std::string describe_keys(const Json& listed);

}  // namespace hallmark
