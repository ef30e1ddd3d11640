// Judging the signers of one v2 or v3 block: everything but the content digests themselves, which
// are computed once for all signers by the caller (verify/apk/verify.hpp).
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "verify/apk/content_digest.hpp"
#include "verify/apk/public_key.hpp"
#include "verify/apk/report.hpp"
#include "verify/apk/scheme_block.hpp"

namespace hallmark {

struct JudgedSigner {
  ApkSignerFacts facts;
  Sha256Digest certificate;
  // What the signer says the contents' digests are, for every supported algorithm it used.
  std::vector<std::pair<ContentDigestKind, std::vector<uint8_t>>> claimed_digests;
};

struct SchemeContext {
  SignatureScheme scheme = SignatureScheme::kV2;
  bool v3_present = false;
  uint32_t min_sdk = 0;  // of the devices the verdict is for
};

// Every signer must pass every check. The first that does not is the Error: kind kVerification,
// subject a code of verify/apk/report.hpp. Warnings are appended in any case.
Result<std::vector<JudgedSigner>> judge_scheme(const SchemeContext& context,
                                               std::span<const uint8_t> untrusted_value,
                                               std::vector<ApkFinding>& warnings);

// The claims of all signers against what the contents are.
Status check_content_digests(SignatureScheme scheme, const std::vector<JudgedSigner>& signers,
                             const ContentDigests& actual);

}  // namespace hallmark
