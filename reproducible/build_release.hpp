// Builds what a lock pins: environments, source, every target twice, records. Resumes: what was
// built before and still is what its record says is not built again.
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

// One record for each of the request's targets, in their order, dated `now`. Stops at the first
// that fails; the records before it are kept.
Result<std::vector<StoredRecord>> build_release(const BuildRequest& request, const Layout& layout,
                                                int64_t now, const ProgressSink& progress);

}  // namespace hallmark
