// Signing an APK with the schemes v1, v2, v3, v3.1 and v4, without holding a key.
//
// What need not change keeps its bytes: entries move only where they are misaligned, or where an
// old signature before them is left out. Between the last entry and the central directory come
// zeros up to a multiple of 4096 and the signing block, itself a multiple of 4096. Memory grows
// with the number of entries, not with their size. The output depends on the input, the options and
// the signatures alone, so with RSA (PKCS#1 v1.5) the same input gives the same bytes.
//
// Formats: verify/apk/signing_block.hpp, scheme_block.hpp, lineage.hpp and idsig.hpp;
// signer/apk/jar_signer.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <set>

#include "core/model/apk_key.hpp"
#include "core/result.hpp"
#include "signer/apk/apk_signer.hpp"
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
};

// Empty regular files, open for reading and writing.
struct ApkOutputs {
  int apk_fd = -1;
  int idsig_fd = -1;  // needed for v4; otherwise left alone
};

// Reads an APK from `in_fd`, signs it into the outputs, and verifies what was written before it
// says that all is well: the verifier's report is returned. On failure the outputs are left empty.
// They are not flushed to disk.
//
// Nobody else may be able to write the file behind `in_fd` meanwhile: what is checked and what is
// signed must be the same bytes.
//
// Refused (kPolicy): a debuggable APK; one that is signed already; schemes that do not serve its
// minSdkVersion. Refused (kVerification): whatever the ZIP and manifest readers refuse, or a key
// that is not the certificate's.
Result<ApkReport> sign_apk(int in_fd, const ApkOutputs& outputs, const ApkSigningOptions& options);

}  // namespace hallmark
