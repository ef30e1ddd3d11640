// list {"suite"?, "name"?, "component"?, "architecture"?, "source"?, "versions"?: ["OPERATOR
// VERSION"], "after"?}: packages that are in suites. `name` may be a pattern of *, ? and [...];
// every one of `versions` has to hold, with dpkg's operators. Answer: {"packages": [{"suite",
// "component", "package", "version", "architecture", "path", "size", "sha256"}], "next"?: to give
// as "after" for the page that follows}.
#pragma once

#include "publisher/repository/state.hpp"
#include "publisher/request_context.hpp"

namespace hallmark {

Result<Response> list_packages(const Context& context);

Json package_json(const PoolPackage& package);

}  // namespace hallmark
