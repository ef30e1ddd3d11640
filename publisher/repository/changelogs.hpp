// Changelogs, for `apt changelog`: changelogs/COMPONENT/PREFIX/SOURCE/SOURCE_VERSION_changelog.
//
// One is the text that a .deb of that source package and version brings along, of several the one
// whose path in the pool comes first; kept by its hash too, as an index is, because what is
// composed may be of another .deb than what is released. No Release lists them: nothing is signed
// about them.
#pragma once

#include <string>
#include <vector>

#include "publisher/repository/repository.hpp"

namespace hallmark {

// Where the suite's Release sends apt, are these files: its Changelogs ends in
// "/changelogs/@CHANGEPATH@_changelog". Elsewhere they are somebody else's.
bool has_changelogs(const SuitePolicy& suite);

// Was nothing included, and nothing changed in the policy, since they were written?
Result<bool> changelogs_are_current(RepositoryState& state, const SuitePolicy& suite);

// Writes those that the suite's .debs bring and that are not there yet, read from the pool; removes
// those of .debs that are in no suite with changelogs any more.
Status write_changelogs(Repository& repository, const SuitePolicy& suite);

// Of rows as the state gives them, the one for each path.
std::vector<ServedFile> chosen_changelogs(const std::vector<ServedFile>& rows);

}  // namespace hallmark
