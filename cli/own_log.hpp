// The terminal's own release log, from its public side: its key, its folder, and what package hosts
// serve of it.
#pragma once

#include "cli/terminal_root.hpp"
#include "verify/log/note.hpp"

namespace hallmark {

// As policy.json has it.
Result<NoteKey> own_log_key(const TerminalRoot& root);

// What an address serves as the checkpoint of this log, as hallmark-push tells it.
struct ServedCheckpoint {
  std::string note;     // signed by the log's key; empty: there is none
  std::string trouble;  // why there is nothing to compare, in words; empty: none was to be expected
};

// A page of a captive portal or a forgery shows nothing of the log, and must not keep the terminal
// from signing. `signed_before`: a checkpoint was signed here, so that one should be served.
ServedCheckpoint served_checkpoint(const Json& untrusted_address, const NoteKey& key,
                                   bool signed_before);

// What the signer compares with its state before it uses a key: "published_checkpoints" for a
// request to it. An address that serves nothing to compare is warned of, and left out.
Result<Json> published_checkpoints(TerminalRoot& root);

// Has the signer sign the log as it is and write what is served; in words.
struct SignedLog {
  uint64_t size = 0;
  std::string summary;
};
Result<SignedLog> sign_own_log(TerminalRoot& root);

}  // namespace hallmark
