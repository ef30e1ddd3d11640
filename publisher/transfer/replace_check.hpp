// Before a host's signed indices are replaced: are they ones that this terminal knows?
//
// Where several terminals publish to one host, what is served may be another one's, newer than what
// this terminal signed last. To replace that would take back what it released.
#pragma once

#include <string>
#include <vector>

#include "core/model/terminal.hpp"
#include "core/result.hpp"
#include "publisher/repository/state.hpp"

namespace hallmark {

// Asks every public address of the host for the InRelease of each of these suites. kVerification:
// one serves a Release that this terminal neither signed nor had judged when it signed its own.
// kRemote: one could not be asked. What is no clear-signed text, apt takes for no Release either;
// it may be replaced.
Status check_replaceable(RepositoryState& state, const std::vector<Release>& releases,
                         const PackageHost& host);

}  // namespace hallmark
