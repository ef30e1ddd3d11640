// The request `updates`: what a lock pins is asked for again, and what is newer by now is told.
// Nothing is pinned by it; what was downloaded to find out stays in quarantine.
//
// Archives are those that the machine's apt sources name for the environment's suite, as for a pin,
// but verified by the lock's keyrings alone: an archive that other keys vouch for is an error, and
// not an update. Tags of a git source are listed, and nothing about them is verified.
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"
#include "reproducible/fetch_pin.hpp"
#include "reproducible/newer_versions.hpp"

namespace hallmark {

Result<std::vector<NewerVersion>> find_updates(const std::string& untrusted_lock,
                                               const std::string& product_text,
                                               const FetchContext& context);

}  // namespace hallmark
