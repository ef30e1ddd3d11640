// Judging one signature block of a v1 signature: do its signer and certificate vouch for the .SF?
#pragma once

#include <cstdint>
#include <span>

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "verify/apk/report.hpp"
#include "verify/apk/sdk_range.hpp"

namespace hallmark {

struct JarBlockSigner {
  ApkSignerFacts facts;
  Sha256Digest certificate;
};

// Refused (kVerification): JAR_SIG_PARSE_EXCEPTION, JAR_SIG_NO_SIGNERS, JAR_SIG_UNSUPPORTED_SIG_ALG
// (by some of the devices), JAR_SIG_VERIFY_EXCEPTION (certificate missing or not for signing,
// signed attributes that devices below 19 do not check), JAR_SIG_DID_NOT_VERIFY.
Result<JarBlockSigner> judge_jar_block(std::span<const uint8_t> untrusted_block,
                                       std::span<const uint8_t> untrusted_signature_file,
                                       SdkRange devices);

}  // namespace hallmark
