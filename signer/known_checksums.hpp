// checksums: which lists of checksums the group's terminals have signed, for whoever brings a
// repository up to date.
//
// Request: {"after"?: "next" of the answer before}. Answer: {"checksums": of at most 500 releases
// {"product", "version", "terminal", "stands": whether its list may be published still, "files":
// [{"path", "size", "sha256"}], the list first}, "next"?}. Of each release the newest set that a
// terminal of the policy signed, this one included. With {"product", "version"} of that one alone,
// and whether it is "current": what would be signed now, by all keys that would sign it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/wire.hpp"
#include "signer/context.hpp"

namespace hallmark {

// SHA256SUMS and its signatures, of one terminal.
struct KnownSet {
  std::string terminal;
  int64_t time = 0;
  std::vector<KnownChecksums> files;  // in that order: three
};

// nullopt: no terminal of the policy has signed one.
Result<std::optional<KnownSet>> newest_checksums(const SignerContext& context,
                                                 const NamedRelease& release);

Result<Response> known_checksums_answer(const SignerContext& context, const Message& request);

}  // namespace hallmark
