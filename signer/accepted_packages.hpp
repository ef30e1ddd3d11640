// accepted-packages: which packages the suites have to hold, and which were called back, for
// whoever brings a repository up to date.
//
// Request: {"after"?: how many were told already}. Answer: {"packages": at most 10,000 of {"suite",
// "component", "package", "version", "architecture", "sha256", "path"?, "size"?, "files"?},
// "next"?}. Of a source the architecture is "source", the digest that of the .dsc, and "files"
// stands for path and size: [{"path", "sha256", "size"}], the .dsc first. Without any: withdrawn,
// and of no index. "next" is what to give as "after", where there may be more.
#pragma once

#include "core/wire.hpp"
#include "signer/context.hpp"

namespace hallmark {

Result<Response> accepted_packages_answer(const SignerContext& context, const Message& request);

}  // namespace hallmark
