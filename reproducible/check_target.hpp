// What a target's packages do to a machine, tried out before anything of them is signed: on an
// empty one stock apt installs them, runs the product's smoke script and removes them; on a second
// one it installs what the suite has now and upgrades from that to them, the script again, and
// removes them. Both are sandboxes as a build's: no network, no services, bounded in time and
// output.
//
// This finds mistakes. It is no judgement of hostile packages: they are root in there, and could
// make anything of the outcome.
#pragma once

#include <span>

#include "core/layout.hpp"
#include "core/wire.hpp"
#include "reproducible/build_request.hpp"
#include "reproducible/check_record.hpp"

namespace hallmark {

struct CheckedTarget {
  CheckRecord record;
  bool again = false;  // it was checked before, with this outcome
};

// Of the request's only target; `untrusted_debs` are its packages. kVerification with the last
// lines of the log when they do not pass; another kind when they could not be tried out. That the
// suite's older versions cannot be installed is not their fault: then the record says so.
Result<CheckedTarget> check_target(const BuildRequest& request, std::span<const int> untrusted_debs,
                                   const Layout& layout, const ProgressSink& progress);

}  // namespace hallmark
