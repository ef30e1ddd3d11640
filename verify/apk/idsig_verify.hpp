// Judging an .idsig file (APK Signature Scheme v4) against the APK that it goes with.
#pragma once

#include <optional>
#include <vector>

#include "core/result.hpp"
#include "verify/apk/file_bytes.hpp"
#include "verify/apk/report.hpp"

namespace hallmark {

// What a signer of the APK itself proved to be.
struct IdsigSigner {
  Sha256Digest certificate;
  std::vector<uint8_t> best_digest;  // as IdsigSigningInfo::apk_digest
};

struct IdsigExpectation {
  IdsigSigner signer;  // of v3, or of v2 if there is no v3
  // Without a v3.1 signer there must be no second signing info, unless that was not judged.
  std::optional<IdsigSigner> v31_signer;
  bool v31_not_judged = false;
  // Of the APK, as for merkle_root().
  std::span<const uint8_t> known_blocks;
};

// Reads all of the APK that is not known. Errors of kind kVerification have a V4_… code as their
// subject. A tree that is absent is a warning: the root is what is signed.
Result<std::vector<ApkSignerFacts>> verify_idsig(const FileBytes& untrusted_idsig,
                                                 const FileBytes& untrusted_apk,
                                                 const IdsigExpectation& expected,
                                                 std::vector<ApkFinding>& warnings);

}  // namespace hallmark
