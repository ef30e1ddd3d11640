// What gpgv says on its --status-fd, and whether that is a good signature.
//
// Source: GnuPG doc/DETAILS, "Format of the --status-fd output". Only a VALIDSIG that follows a
// GOODSIG of the same signature counts. A BADSIG refuses everything; a signature by a key that is
// not in the keyring says nothing, since an archive signs with several keys.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace hallmark {

struct OpenPgpSignature {
  std::string fingerprint;  // of the primary key: 40 upper-case hexadecimal digits
  int64_t created = 0;      // seconds since 1970, as the signer says
};

enum class ExpiredKeys {
  kRefuse,
  // A key that has expired since may have signed before: right for old source packages, whose bytes
  // a second, current signature vouches for too. A thief of an expired key can date a signature
  // back.
  kAcceptEarlierSignatures,
};

// What a signature is over (RFC 4880 section 5.2.1). One over text, class 01, holds for every way
// of ending the lines: of a file's bytes it proves nothing.
enum class SignedForm {
  kText,   // class 01, as clearsigned texts have it, or 00
  kBytes,  // class 00 alone
};

// At least one good signature, by SHA-256, SHA-384 or SHA-512; otherwise an error of kVerification
// that says what there was instead. `subject` is what was signed.
Result<std::vector<OpenPgpSignature>> parse_gpgv_status(std::string_view untrusted_status,
                                                        const std::string& subject, SignedForm form,
                                                        ExpiredKeys expired_keys);

}  // namespace hallmark
