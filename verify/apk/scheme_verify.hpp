// Judging the signers of one v2, v3 or v3.1 block: everything but the content digests themselves,
// which are computed once for all signers by the caller (verify/apk/verify.hpp), and what schemes
// must have in common (verify/apk/rotation.hpp).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "verify/apk/content_digest.hpp"
#include "verify/apk/lineage.hpp"
#include "verify/apk/public_key.hpp"
#include "verify/apk/report.hpp"
#include "verify/apk/scheme_block.hpp"

namespace hallmark {

struct JudgedSigner {
  ApkSignerFacts facts;
  Sha256Digest certificate;
  // What the signer says the contents' digests are, for every supported algorithm it used.
  std::vector<std::pair<ContentDigestKind, std::vector<uint8_t>>> claimed_digests;
  // The rest is not v2's.
  SdkRange sdk;
  std::optional<Lineage> lineage;  // proven, and its last certificate is the signer's
  bool targets_dev_release = false;

  // The claimed digest that v4 refers to: chunked SHA-512, else verity, else chunked SHA-256.
  std::vector<uint8_t> best_digest() const;
};

struct SchemeContext {
  SignatureScheme scheme = SignatureScheme::kV2;
  SdkRange devices;  // that the verdict is for
  bool v3_present = false;
  // Of the v3.1 signers, the lowest; nothing if there is no v3.1 block that matters to `devices`.
  std::optional<uint32_t> rotation_min_sdk;
};

// Every signer must pass every check. The first that does not is the Error: kind kVerification,
// subject a code of verify/apk/report.hpp. Warnings are appended in any case. Signers of v3 and
// v3.1 are returned in the order of their API levels.
Result<std::vector<JudgedSigner>> judge_scheme(const SchemeContext& context,
                                               std::span<const uint8_t> untrusted_value,
                                               std::vector<ApkFinding>& warnings);

// The claims of all signers against what the contents are.
Status check_content_digests(SignatureScheme scheme, const std::vector<JudgedSigner>& signers,
                             const ContentDigests& actual);

}  // namespace hallmark
