// Builds what a lock pins: environments, source, every target twice, records. Resumes: what was
// built before and still is what its record says is not built again.
//
// What targets share is made first. Then each is built by a process of its own, several at a time
// (process/side_by_side.hpp); one that fails stops none of the others.
#pragma once

#include <vector>

#include "core/layout.hpp"
#include "core/wire.hpp"
#include "reproducible/build_request.hpp"
#include "reproducible/build_store.hpp"

namespace hallmark {

struct NamedEnvironment {
  std::string name;
  Sha256Digest sha256;
};
// All of the lock's.
Result<std::vector<NamedEnvironment>> make_environments(const BuildRequest& request,
                                                        const Layout& layout,
                                                        const ProgressSink& progress);

struct FailedTarget {
  Target target;
  Error error;  // names the target, and where its logs are
};

struct BuiltRelease {
  std::vector<StoredRecord> records;  // in the order of the request's targets
  std::vector<FailedTarget> failed;   // likewise
};

// A record, dated `now`, or an error for each of the request's targets. An error: nothing could be
// built at all.
Result<BuiltRelease> build_release(const BuildRequest& request, const Layout& layout, int64_t now,
                                   const ProgressSink& progress);

}  // namespace hallmark
