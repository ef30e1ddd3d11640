// The release logs of the group's other terminals: fetched from the package hosts, and handed to
// the signer, which judges them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/terminal_root.hpp"
#include "verify/log/checkpoint.hpp"

namespace hallmark {

// The other terminals that the policy names a log key for.
std::vector<std::string> sibling_names(const Policy& policy, const std::string& terminal);

// A checkpoint that an address serves, signed by the log's key.
struct ServedLog {
  std::string address;
  std::string note;
  uint64_t size = 0;
};

// What addresses serve as a log's checkpoint, the largest log first.
// `troubles` gets a line for each address that shows nothing of the log.
std::vector<ServedLog> served_logs(const Json& untrusted_addresses, const NoteKey& key,
                                   std::vector<std::string>& troubles);

struct SiblingImport {
  std::string terminal;
  uint64_t size = 0;       // lines that the signer knows now
  uint64_t new_lines = 0;  // of them since before
  bool asked = false;      // some address showed its log
};

// Of each sibling whatever the hosts serve. An address that shows nothing, or what the signer does
// not take, is warned of; an error says that no address had anything else.
Result<std::vector<SiblingImport>> import_sibling_logs(TerminalRoot& root);

}  // namespace hallmark
