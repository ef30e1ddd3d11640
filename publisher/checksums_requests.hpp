// Requests about the checksums and attestations of releases (repository/checksums.hpp).
//
// attach-checksums {"product", "version", "sums", "openpgp", "sshsig"}: takes over what
// hallmark-sign signed. Answer: {"changed"}.
//
// attach-attestation {"product", "version", "attestation"}: the same of what it attested.
//
// remove-checksums {"product", "version"}: of a release that was called back; its attestation, too.
//
// list-checksums {}. Answer: {"checksums": [{"product", "version", "files": SHA-256 of the list, of
// the OpenPGP signatures, of the SSHSIG}]}.
#pragma once

#include "publisher/request_context.hpp"

namespace hallmark {

Result<Response> attach_release_checksums(const Context& context);
Result<Response> attach_release_attestation(const Context& context);
Result<Response> remove_release_checksums(const Context& context);
Result<Response> list_release_checksums(const Context& context);

}  // namespace hallmark
