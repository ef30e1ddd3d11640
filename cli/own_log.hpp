// The terminal's own release log, from its public side: its key, its folder, and what package hosts
// serve of it.
#pragma once

#include "cli/terminal_root.hpp"
#include "verify/log/note.hpp"

namespace hallmark {

// As policy.json has it.
Result<NoteKey> own_log_key(const TerminalRoot& root);

// What the signer compares with its state before it uses a key: "published_checkpoints" for a
// request to it. A host that cannot be asked is told of, and left out.
Result<Json> published_checkpoints(TerminalRoot& root);

// Has the signer sign the log as it is and write what is served; in words.
struct SignedLog {
  uint64_t size = 0;
  std::string summary;
};
Result<SignedLog> sign_own_log(TerminalRoot& root);

}  // namespace hallmark
