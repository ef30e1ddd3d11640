// The release log's part of what a package host has to hold: log/TERMINAL/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/layout.hpp"
#include "core/model/policy.hpp"
#include "core/result.hpp"
#include "publisher/transfer/publish_plan.hpp"

namespace hallmark {

// Tiles, entries and the texts that entries name, then the checkpoint. What the signer wrote is
// verified with the log key that the policy names before any of it is sent: kVerification says what
// is wrong with it. A text that no entry names stays here.
Result<std::vector<PublishStage>> make_log_stages(const Layout& layout, const Policy& policy,
                                                  const std::string& terminal);

// The texts that an entry names by digest, as log/TERMINAL/texts/SHA256: the request that it came
// of, the policy that was in force, the one that it tells of. kVerification: what should be a
// digest is none.
Result<std::vector<Sha256Digest>> texts_named_by(std::string_view entry);

// Where a host serves a terminal's checkpoint, below its public addresses.
std::string served_checkpoint_path(const std::string& terminal);

}  // namespace hallmark
