// accepted-packages: which packages the suites have to hold, and which were called back, for
// whoever brings a repository up to date.
//
// Request: {"after"?: how many were told already}. Answer: {"packages": at most 10,000 of {"suite",
// "component", "package", "version", "architecture", "sha256", "path"?, "size"?, "files"?},
// "next"?}. Of a source the architecture is "source", the digest that of the .dsc, and "files"
// stands for path and size: [{"path", "sha256", "size"}], the .dsc first. Without any: it
// has left the suite. "next" is what to give as "after", where there may be more.
//
// retired-packages: those whose place newer versions have taken, in the order in which they left.
// Request: {"after": the number of the last that is known; 0}. Answer: {"packages": at most 1,000
// of {"number", "suite", "component", "package", "version", "architecture", "sha256"}, "last": the
// number of the last of all; 0}.
#pragma once

#include "core/wire.hpp"
#include "signer/context.hpp"

namespace hallmark {

Result<Response> accepted_packages_answer(const SignerContext& context, const Message& request);
Result<Response> retired_packages_answer(const SignerContext& context, const Message& request);

}  // namespace hallmark
