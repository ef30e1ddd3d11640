// sibling-work: what the siblings' logs say and this terminal has not yet judged, in the order in
// which it can be. Reads only.
//
// Request: {"terminal"?}. Answer: {"siblings": [{"terminal", "size", "imported"?, "left",
// "behind"?, "contradiction"?}], "work": at most 256 of {"terminal", "sequence", "lines", "kind",
// "time", "request", "policy"?, "name", "product"?, "version"?, "suite"?, "approvers"?,
// "artefacts": [{"name", "sha256", "size", "path"?, "unsigned_sha256"?, "unsigned_size"?,
// "unserved"?: true}]}}.
// `policy` is there where its text has to be handed in, `artefacts` are the files that have to be,
// in this order: of an app the signed form, or what it was made from, which has
// `unsigned_sha256`. What is `unserved` no host is known to have. What was called back since is not
// among them (signer/called_back.hpp).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/wire.hpp"
#include "signer/context.hpp"

namespace hallmark {

// Lines, one after another, that one request led to.
struct SiblingWork {
  SiblingLine first;  // without its text
  uint64_t lines = 1;

  // When the request was judged first.
  int64_t time() const { return first.origin.empty() ? first.time : first.origin_time; }
};

// The next of one sibling's log. nullopt: nothing is left, or it waits for another's line.
Result<std::optional<SiblingWork>> next_work(const SignerContext& context, const Policy& policy,
                                             const std::string& terminal);

// Lines that need no judging any more: policies that this terminal is past, and what a sibling
// adopted from a line that was judged here. Inside an open transaction.
Status settle_what_is_known(const SignerContext& context);

// Of each terminal that the policy has a log key of, but this: for `status` too.
Result<Json> siblings_status(const SignerContext& context);

Result<Response> sibling_work_answer(const SignerContext& context, const Message& request);

}  // namespace hallmark
