// OpenPGP signatures, judged by gpgv against named keyrings and nothing else: no home folder, no
// trust database, no key server.
//
// Keyrings are absolute paths of files in any form that apt accepts: binary, or armoured (.asc).
// Errors are kVerification where the signature is not good, kFailed where it could not be judged.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "verify/openpgp_status.hpp"

namespace hallmark {

struct Clearsigned {
  std::string text;  // what was signed, without the armour: the only part to read
  std::vector<OpenPgpSignature> signatures;
};

// A clearsigned text, as an InRelease or a .dsc is, of at most 16 MiB.
Result<Clearsigned> verify_clearsigned(std::string_view untrusted_text,
                                       const std::vector<std::string>& keyrings,
                                       const std::string& subject,
                                       ExpiredKeys expired_keys = ExpiredKeys::kRefuse);

// A signature that stands beside its message and is over its bytes (gpg --textmode makes others);
// both at most 16 MiB.
Result<std::vector<OpenPgpSignature>> verify_detached(
    std::string_view message, std::string_view untrusted_signature,
    const std::vector<std::string>& keyrings, const std::string& subject,
    ExpiredKeys expired_keys = ExpiredKeys::kRefuse);

// The same by the bytes of one keyring, in any of those forms.
Result<std::vector<OpenPgpSignature>> verify_detached_by(std::string_view keyring,
                                                         std::string_view message,
                                                         std::string_view untrusted_signature,
                                                         const std::string& subject);

// The same for a file of any size, open for reading.
Result<std::vector<OpenPgpSignature>> verify_detached_file(std::string_view keyring, int message,
                                                           std::string_view untrusted_signature,
                                                           const std::string& subject);

// The packets of an armoured keyring, of all its blocks; a binary keyring as it is.
Result<std::string> dearmor_keyring(std::string_view keyring, const std::string& subject);

}  // namespace hallmark
