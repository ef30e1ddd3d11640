// Before a key is used: does what the world has seen of this terminal's log agree with the signing
// state? An old copy of the state folder is consistent in itself; a newer checkpoint gives it away.
//
// Every request that uses a key may carry "published_checkpoints": [text], as package hosts serve
// them. The signer adds the one that it wrote to public/ itself. Each must be signed by this
// terminal's log key, and be of the beginning of this log.
#pragma once

#include <vector>

#include "core/wire.hpp"
#include "signer/context.hpp"
#include "verify/log/checkpoint.hpp"

namespace hallmark {

struct PublishedLogCase {
  const SignerContext& context;
  const Message& untrusted_request;

  std::vector<Checkpoint> published{};
  bool handed_in = false;
};

// Once a published checkpoint was found to contradict the state, that stands: leaving it out of the
// next request does not help.
Status no_contradiction_stands(PublishedLogCase& subject);
Status published_checkpoints_are_this_terminals(PublishedLogCase& subject);
Status published_log_is_the_beginning_of_this_one(PublishedLogCase& subject);

// For the answer: "agrees", or "not compared" where none was handed in.
const char* published_log_verdict(const PublishedLogCase& subject);

}  // namespace hallmark
