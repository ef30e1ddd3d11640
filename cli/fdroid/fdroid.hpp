// The F-Droid repository, as the CLI drives it: hallmark-push composes its index, hallmark-sign
// judges and signs it. Nothing happens where the policy has no "fdroid".
#pragma once

#include <optional>
#include <string>

#include "cli/terminal_root.hpp"
#include "core/json.hpp"
#include "core/model/product.hpp"

namespace hallmark {

// What the product's folder says about the app takes the place of what the repository knew.
Status describe_app(TerminalRoot& root, const Product& product);
// Of every product, also of those that another terminal has released.
Status describe_apps(TerminalRoot& root);

// Writes the index of all apps that stand, has it signed, and puts the entry beside it. The index's
// date; nullopt: there is none to write. `published` as cli/own_log.hpp gives it.
Result<std::optional<std::string>> sign_fdroid_index(TerminalRoot& root, const Json& published);

}  // namespace hallmark
