// sign-checksums: SHA256SUMS of a release, and its signatures (verify/checksums.hpp).
//
// Request: {"product", "version"}. The signer writes the list itself, of what it has accepted and
// signed (checksums_of_release.hpp). It is signed by the OpenPGP keys of each suite that the
// release stands in, and by this terminal's log key. Answer: {"sums", "openpgp", "sshsig"}: the
// texts of the three files. While neither list nor keys change, the same answer.
//
// The log key signs both checkpoints and lists. Nothing can be taken for both: an SSHSIG is over
// bytes that begin with "SSHSIG" and hold zeros, and a checkpoint is over text that begins with the
// log's name, in lower case. So each terminal has a key of its own for lists, and no private key is
// copied between terminals for them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/wire.hpp"
#include "signer/checksums_of_release.hpp"
#include "signer/context.hpp"
#include "verify/ssh_public_key.hpp"

namespace hallmark {

struct ChecksumsCase {
  const SignerContext& context;
  const Message& untrusted_request;

  InstalledPolicy policy{};
  ReleaseToList list{};
  SshPublicKey log_key{};
  std::vector<std::string> fingerprints{};  // of the suites' OpenPGP keys; sorted, each once
  std::vector<OpenPgpSubkey> signers{};     // of each the part that signs here
};

Status policy_for_the_checksums(ChecksumsCase& subject);
Status demo_terminal_marks_its_checksums(ChecksumsCase& subject);
Status checksums_request_can_be_read(ChecksumsCase& subject);
Status listed_release_was_accepted(ChecksumsCase& subject);
Status listed_release_is_not_withdrawn(ChecksumsCase& subject);
Status listed_apks_are_signed(ChecksumsCase& subject);
Status files_can_be_listed(ChecksumsCase& subject);
Status keys_for_the_checksums_are_in_the_policy(ChecksumsCase& subject);

Status checksums_keys_are_not_over(ChecksumsCase& subject);
Status checksums_keys_are_in_the_agent(ChecksumsCase& subject);
Status one_part_of_each_checksums_key_signs(ChecksumsCase& subject);

// {"product", "version"} of a request. Refused (kVerification): what is no name.
Result<NamedRelease> read_release_name(const Json& untrusted_body);

// What this terminal signed of the release last, if it is this list by these keys.
Result<std::optional<SignedChecksums>> checksums_that_still_stand(const ChecksumsCase& subject);
Result<SignedChecksums> sign_list(const ChecksumsCase& subject);
Response checksums_answer(const SignedChecksums& checksums);

}  // namespace hallmark
