// The leaves of a release log that is served or was written here.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "core/json.hpp"
#include "verify/log/log_folder.hpp"

namespace hallmark {

using LeafVisitor =
    std::function<Status(uint64_t sequence, std::string_view entry, const Json& leaf)>;

// `visit` sees each leaf as the object that it is; nothing of it counts before the log has proved
// to be whole, which is when this returns.
Result<VerifiedLog> read_log_leaves(const std::string& folder, const NoteKey& key,
                                    std::span<const Checkpoint> older, const LeafVisitor& visit);

}  // namespace hallmark
