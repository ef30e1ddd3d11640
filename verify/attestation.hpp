// An attestation: what a rebuilder says of a build, "from this lock, for this target, in this
// environment, I built these files", signed with the rebuilder's own SSH key. It is a build record
// (core/model/record.hpp) that its maker answers for.
//
// A file is a DSSE envelope around an in-toto Statement (v1) with SLSA provenance (v1). Sources:
// in-toto attestation spec v1, slsa.dev/provenance/v1, DSSE protocol v1. The signature is SSHSIG
// over DSSE's pre-authentication encoding, so that `ssh-keygen -Y sign` makes it. An envelope has
// one form: docs/formats.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/model/record.hpp"
#include "core/result.hpp"
#include "verify/ssh_public_key.hpp"

namespace hallmark {

inline constexpr std::string_view kRebuildNamespace = "hallmark-rebuild@v1";

// The in-toto statement that says what `record` says: one line of JSON. The same record gives the
// same bytes, and so does one whose artefacts stand in another order.
std::string attestation_statement(const BuildRecord& record);
// kVerification unless it is what attestation_statement() makes of some record of a build.
Result<BuildRecord> read_attestation_statement(std::string_view untrusted_statement,
                                               const std::string& subject);

// What is signed of a statement (DSSE's PAE).
std::string pre_authentication(std::string_view statement);

// The file, of a statement and what `ssh-keygen -Y sign` wrote for its pre-authentication encoding.
// kVerification if that is not a signature in form; whether it holds is not asked.
Result<std::string> attestation_envelope(std::string_view statement,
                                         std::string_view armored_signature);

struct Attestation {
  BuildRecord record;        // artefacts sorted by name, none twice
  std::string signed_bytes;  // the pre-authentication encoding
  std::string signature;     // armoured
  SshPublicKey claimed_key;  // which the signature names as its own
};

// Reads an envelope of at most 4 MiB. Its form is checked, byte for byte; its signature is not.
Result<Attestation> read_attestation(std::string_view untrusted_envelope,
                                     const std::string& subject);

// The one of `keys` that signed it, or kVerification.
Result<SshPublicKey> verify_attestation(const Attestation& untrusted_attestation,
                                        const std::vector<SshPublicKey>& keys,
                                        const std::string& subject);

}  // namespace hallmark
