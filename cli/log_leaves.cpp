#include "cli/log_leaves.hpp"

#include <unistd.h>

namespace hallmark {

Result<VerifiedLog> read_log_leaves(const std::string& folder, const NoteKey& key,
                                    std::span<const Checkpoint> older, const LeafVisitor& visit) {
  if (::access(folder.c_str(), F_OK) != 0) {
    return failed(folder, "is not there",
                  "a terminal writes its log there when it publishes: hallmark publish");
  }
  LogVisitor visitor;
  visitor.on_entry = [&](uint64_t sequence, std::string_view entry) -> Status {
    const auto leaf = parse_json(entry, "leaf " + std::to_string(sequence));
    if (!leaf.ok() || !leaf->is_object()) {
      return verification_error(folder,
                                "has at " + std::to_string(sequence) + " what is no leaf of ours");
    }
    return visit(sequence, entry, *leaf);
  };
  return check_log_folder(folder, key, older, visitor);
}

}  // namespace hallmark
