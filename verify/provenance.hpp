// What a terminal's signer attests of a release: which files came of which lock, for which target,
// on what evidence. For tools that read in-toto attestations.
//
//   releases/PRODUCT/VERSION/TERMINAL.intoto.jsonl   a line for each build: a DSSE envelope
//
// In it an in-toto Statement (v1) with SLSA provenance (v1), signed with the terminal's log key:
// Ed25519 over DSSE's pre-authentication encoding, which begins with "DSSEv1", so that nothing else
// that the key signs can be taken for it. Sources: in-toto attestation spec v1,
// slsa.dev/provenance/v1, DSSE protocol v1.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/model/evidence.hpp"
#include "core/model/target.hpp"
#include "core/result.hpp"
#include "verify/checksums.hpp"
#include "verify/ssh_public_key.hpp"

namespace hallmark {

inline constexpr std::size_t kMaxProvenance = std::size_t{8} << 20U;  // bytes of a file

struct Provenance {
  std::string product;
  std::string version;
  Sha256Digest lock;
  Sha256Digest record;
  Target target;
  Evidence evidence = Evidence::kBuilt;
  bool built_by_us = true;                       // by the builder of a terminal; else by rebuilders
  std::vector<ListedChecksum> files{};           // as they are served
  std::vector<ListedChecksum> unsigned_files{};  // of apps: what was accepted, and then signed
};

// One line of JSON; the same facts give the same bytes.
std::string provenance_statement(const Provenance& provenance);

// The line of the file, of a statement and the SSH signature blob that `key` made over
// pre_authentication() of it (verify/attestation.hpp). kVerification if the blob is none of that
// key's.
Result<std::string> provenance_envelope(std::string_view statement, const SshPublicKey& key,
                                        std::string_view untrusted_blob);

std::string provenance_path(const std::string& product, const std::string& version,
                            const std::string& terminal);

}  // namespace hallmark
