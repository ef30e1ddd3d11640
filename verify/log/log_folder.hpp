// A log as files: downloaded, served or written by a terminal. Whoever could write the folder is
// not trusted: its checkpoint must be signed, and every tile and entry must be what the checkpoint
// commits to.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "core/fd.hpp"
#include "core/result.hpp"
#include "verify/log/checkpoint.hpp"

namespace hallmark {

struct LogVisitor {
  // Each entry in order. It counts only once the whole check has ended well.
  std::function<Status(uint64_t sequence, std::string_view entry)> on_entry;
  // Each file but the checkpoint, path below the folder. Optional.
  std::function<Status(const std::string& path, std::string_view bytes)> on_file;
};

struct VerifiedLog {
  std::string note;  // the checkpoint, signed
  Checkpoint checkpoint;
};

// Reads and hashes everything up to the root that `key` signed, and that the log continues each of
// `older`. kVerification names the first thing that is wrong.
Result<VerifiedLog> check_log_folder(const std::string& folder, const NoteKey& key,
                                     std::span<const Checkpoint> older, const LogVisitor& visitor);

}  // namespace hallmark
