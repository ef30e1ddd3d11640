// Signing an APK with the schemes v1, v2, v3, v3.1 and v4, without holding a key.
//
// What need not change keeps its bytes: entries move only where they are misaligned, or where an
// old signature before them is left out. Between the last entry and the central directory come
// zeros up to a multiple of 4096 and the signing block, itself a multiple of 4096. Memory grows
// with the number of entries, not with their size, but for the digests of their parts: 9 KiB for
// each MiB. The output depends on the input, the options and the signatures alone, so with RSA
// (PKCS#1 v1.5) the same input gives the same bytes.
//
// Formats: verify/apk/signing_block.hpp, scheme_block.hpp, lineage.hpp and idsig.hpp;
// signer/apk/jar_signer.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <set>

#include "core/model/apk_key.hpp"
#include "core/result.hpp"
#include "core/sha256_marks.hpp"
#include "signer/apk/apk_signer.hpp"
#include "verify/apk/byte_source.hpp"
#include "verify/apk/lineage.hpp"
#include "verify/apk/report.hpp"

namespace hallmark {

// A key that took over from the original one.
struct ApkRotatedKey {
  ApkSigningKey newest;
  Lineage lineage;  // from the original key to this one
  // 33 and above: v3 holds the original key for older devices, v3.1 this one from here on. Below:
  // v3 holds this one, with the lineage, for all devices that know v3. v1 and v2 are always the
  // original key's.
  uint32_t min_sdk = kRotationSdkV31;
};

struct ApkSigningOptions {
  ApkSigningKey key;  // the original one; refused kinds: signer/apk/apk_signer.hpp
  std::optional<ApkRotatedKey> rotated = std::nullopt;
  std::optional<std::set<ApkScheme>> schemes = std::nullopt;  // without: choose_apk_schemes()
  // Leave out a signing block and v1 signature files that are there. Else a signed APK is refused.
  bool strip_existing = false;
  // Of the APK that is signed, by whoever digested all of it, borrowed. Null: it is digested anew.
  const Sha256Marks* marks = nullptr;
};

// Signed and verified, and written nowhere yet: a copy costs as much as all digests together, and
// nobody may have it before the release log does.
struct SignedApkBytes {
  ByteSource apk;  // the input's bytes and new ones
  Sha256Digest sha256;
  ApkReport report;  // the verifier's
};

// Signs the APK in `in_fd`, and has the verifier read the outcome, before it says that all is well.
// The .idsig file is written to `idsig_fd`, an empty regular file that is open for reading and
// writing: needed for v4, otherwise left alone. On failure it is left empty. It is not flushed to
// disk.
//
// Nobody else may be able to write the file behind `in_fd`, which stays open for as long as the
// outcome is used: what is checked, what is signed and what is handed out must be the same bytes.
//
// Refused (kPolicy): a debuggable APK; one that is signed already; schemes that do not serve its
// minSdkVersion. Refused (kVerification): whatever the ZIP and manifest readers refuse, or a key
// that is not the certificate's.
Result<SignedApkBytes> sign_apk(int in_fd, int idsig_fd, const ApkSigningOptions& options);

}  // namespace hallmark
