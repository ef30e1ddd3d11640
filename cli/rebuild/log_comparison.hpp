// What was built here beside what the release log says was accepted, by digest. The log is
// complete: what stands in it and is not built, and what is built and does not stand in it,
// differs.
#pragma once

#include <vector>

#include "cli/rebuild/rebuild.hpp"

namespace hallmark {

// Each artefact of the record is equal or different, none is missing. It differs, too, if other
// bytes were ever accepted under its name.
std::vector<Comparison> compare_with_log(const RebuildInputs& in, const BuildRecord& record);

// Fills in what the log has besides the artefacts of `out.targets`: `unexpected`, which the lock
// does not give, and `not_compared`, each a line of words, which a target that was not built here
// may give, or which came of another lock for a place where this one does not go.
void add_rest_of_log(const RebuildInputs& in, Rebuild& out);

}  // namespace hallmark
