// withdraw: a release is called back. Its packages leave the suite's indices, so that the next
// Release must lack them, and its applications are not signed any more; what follows must still
// have a higher version. One approver is enough while the release is young (policy: withdraw_days).
//
// Request: {"product", "version", "suite": one, or "*" for every one, now and later, "statement",
// "signatures": [{"approver", "signature"}]}. Answer: {"packages": [{"suite", "component",
// "package", "version", "architecture"}], "apks": [SHA-256 of signed APKs]}. The same again gives
// the same answer, and needs no approval.
#pragma once

#include "core/wire.hpp"
#include "signer/approval_check.hpp"
#include "signer/context.hpp"

namespace hallmark {

struct WithdrawCase {
  const SignerContext& context;
  const Message& untrusted_request;

  InstalledPolicy policy{};
  ReleaseInSuite release{};
  std::vector<ReleaseArtefact> artefacts{};
  std::vector<ReleaseHolder> holders{};  // of these bytes
  Approval approval{};
};

Status policy_is_there_to_ask(WithdrawCase& subject);
Status release_was_accepted(WithdrawCase& subject);
Status approval_names_this_withdrawal(WithdrawCase& subject);
Status approval_of_the_withdrawal_is_in_force(WithdrawCase& subject);
Status withdrawal_is_approved_by_enough_people(WithdrawCase& subject);

// Exactly this.
Result<bool> is_withdrawn_already(const WithdrawCase& subject);

Status commit_withdrawal(const WithdrawCase& subject);
Result<Response> withdrawal_answer(const WithdrawCase& subject);

}  // namespace hallmark
