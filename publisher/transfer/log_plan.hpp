// The release log's part of what a package host has to hold: log/TERMINAL/.
#pragma once

#include <string>
#include <vector>

#include "core/layout.hpp"
#include "core/model/policy.hpp"
#include "core/result.hpp"
#include "publisher/transfer/publish_plan.hpp"

namespace hallmark {

// Tiles and entries, then the checkpoint. What the signer wrote is verified with the log key that
// the policy names before any of it is sent: kVerification says what is wrong with it.
Result<std::vector<PublishStage>> make_log_stages(const Layout& layout, const Policy& policy,
                                                  const std::string& terminal);

// Where a host serves a terminal's checkpoint, below its public addresses.
std::string served_checkpoint_path(const std::string& terminal);

}  // namespace hallmark
