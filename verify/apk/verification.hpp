// What the checks of one APK share; internal to verify/apk.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "verify/apk/digested_entries.hpp"
#include "verify/apk/digested_prefix.hpp"
#include "verify/apk/manifest.hpp"
#include "verify/apk/report.hpp"
#include "verify/apk/rotation.hpp"
#include "verify/apk/scheme_verify.hpp"
#include "verify/apk/signing_block.hpp"
#include "verify/apk/zip.hpp"

namespace hallmark {

struct Verification {
  FileBytes file;
  ZipArchive zip;
  SigningBlock block;
  ApkManifest manifest;
  SdkRange devices;  // that the verdict is for
  // Empty: not there, or not known to any device of the range.
  std::vector<JudgedSigner> v2;
  std::vector<JudgedSigner> v3;
  std::vector<JudgedSigner> v31;
  SignerHistory history;                      // of v3 and v3.1; empty without them
  std::vector<Sha256Digest> v1_certificates;  // of the signers; empty if v1 was not judged
  KnownEntries known;
  // Of this file, computed to be compared with what somebody says of it.
  std::optional<DigestedPrefix> prefix;
  std::span<const uint8_t> known_blocks;  // for merkle_root()
};

// Each check returns the first refusal as an Error of kind kVerification whose subject is the code,
// and appends warnings, schemes and signers to the report.

// Everything that the signing block's v2, v3 and v3.1 pairs say, and the contents' digests.
Status judge_block_schemes(Verification& apk, ApkReport& report);
// The v1 signature, if a device of the range looks at it.
Status judge_v1(Verification& apk, ApkReport& report);
// Whether the schemes name the same signers, and are enough for what the manifest asks for.
Status check_across_schemes(const Verification& apk);
// The .idsig file.
Status judge_v4(int untrusted_idsig_fd, const Verification& apk, ApkReport& report);

}  // namespace hallmark
