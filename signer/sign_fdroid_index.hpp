// sign-fdroid-index: entry.json and entry.jar of the F-Droid repository.
//
// Request: {}, and index-v2.json as the one descriptor. It must be, byte for byte, what the policy,
// the apps that were signed and the texts in it give (verify/fdroid/index.hpp); the texts are free
// within their limits. Answer: {"entry": entry.json, "entry_jar": in hex, "timestamp"}. The same
// index gives the same answer, for as long as no terminal has signed another.
#pragma once

#include <optional>
#include <string>

#include "core/wire.hpp"
#include "signer/context.hpp"
#include "signer/key_chain.hpp"
#include "signer/private_copy.hpp"
#include "verify/fdroid/index.hpp"

namespace hallmark {

struct FdroidCase {
  const SignerContext& context;
  const Message& untrusted_request;

  InstalledPolicy policy{};
  KeyChain key{};  // of one key
  PrivateCopy file{};
  UntrustedFdroidIndex shown{};
  std::optional<Sha256Digest> follows{};  // the entry.jar before it
};

Status fdroid_repository_is_in_the_policy(FdroidCase& subject);
Status demo_terminal_marks_its_index(FdroidCase& subject);
Status fdroid_index_can_be_read(FdroidCase& subject);
Status every_listed_app_was_seen_here(FdroidCase& subject);
Status fdroid_index_is_what_was_signed(FdroidCase& subject);
Status fdroid_timestamp_is_newer_than_the_last(FdroidCase& subject);
Status fdroid_timestamp_is_not_ahead_of_the_clock(FdroidCase& subject);

// The newest index, if it is this one.
Result<std::optional<SignedFdroidIndex>> fdroid_index_that_still_stands(const FdroidCase& subject);
Result<SignedFdroidIndex> sign_fdroid_entry(const FdroidCase& subject);
Response fdroid_index_answer(const SignedFdroidIndex& index);

}  // namespace hallmark
