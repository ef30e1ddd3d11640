// What users are given, from this terminal's policy and keys.
#pragma once

#include <string>

#include "cli/terminal_root.hpp"

namespace hallmark {

// The armoured OpenPGP keys of the policy, as the signer wrote them to public/.
Result<std::string> archive_keyring(const TerminalRoot& root);

// [{"name","text"}], as hallmark-push takes them to publish them (client_files.hpp).
Result<Json> client_files_to_publish(const TerminalRoot& root);

}  // namespace hallmark
