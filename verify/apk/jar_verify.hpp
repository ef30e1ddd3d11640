// The judge of v1 (JAR) signatures: all that devices below 24 know, and the last resort of others.
//
// Source: JAR File Specification ("Signed JAR File") and the behaviour of Android and of its
// apksig, whose codes are used (verify/apk/report.hpp). Every entry outside META-INF/ must be in
// META-INF/MANIFEST.MF with a digest; .SF files vouch for the manifest, or for single sections of
// it, and a .RSA, .DSA or .EC block of the same name signs the .SF. All entries must have the same
// signers. What lies in META-INF/ is covered by nothing, as on devices: reported, not refused.
//
// Stricter than apksig where docs/apk.md says so and why.
//
// Errors: JAR_SIG_NO_MANIFEST, JAR_SIG_NO_SIGNATURES, JAR_SIG_MAX_SIGNATURES_EXCEEDED,
//   JAR_SIG_AMBIGUOUS_NAME, JAR_SIG_MISSING_ZIP_ENTRY_REFERENCED_IN_MANIFEST,
//   ZIP_MALFORMED_ENTRY, and those of jar_manifest.hpp, jar_block.hpp, jar_signature_file.hpp and
//   jar_entries.hpp.
// Warnings: JAR_SIG_MISSING_FILE (a block without a .SF), JAR_SIG_UNPROTECTED_ZIP_ENTRY,
//   JAR_SIG_IGNORED_SIGNER, JAR_SIG_NO_MANIFEST_DIGEST_IN_SIG_FILE,
//   JAR_SIG_ZIP_ENTRY_DIGEST_DID_NOT_VERIFY (of the manifest as a whole: sections then decide),
//   JAR_SIG_NO_APK_SIG_STRIP_PROTECTION, JAR_SIG_UNKNOWN_APK_SIG_SCHEME_ID.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "verify/apk/digested_entries.hpp"
#include "verify/apk/report.hpp"
#include "verify/apk/zip.hpp"

namespace hallmark {

struct JarVerdict {
  // Whether META-INF/ has any .SF, .RSA, .DSA or .EC at all. If not, the errors say so too.
  bool present = false;
  std::vector<ApkFinding> errors;  // the signature is good if there are none
  std::vector<ApkFinding> warnings;
  // Those who signed every entry, in the order of the archive; "v1".
  std::vector<ApkSignerFacts> signers;
  std::vector<Sha256Digest> certificates;  // theirs, in the same order
  // What the .SF files say is there beside v1: 2 and 3, and ids that nobody knows.
  std::set<uint32_t> schemes_referenced;
};

// For devices from min_sdk to max_sdk. `schemes_found` are the newer schemes that are there and
// good (2, 3): a .SF that names another which these devices know was robbed of it.
//
// Memory grows with the number of entries (the manifest is held), not with their size. Entries that
// are `known` are not decompressed. An Error is trouble with reading the file.
Result<JarVerdict> verify_jar(const FileBytes& untrusted_file, const ZipArchive& archive,
                              uint32_t min_sdk, uint32_t max_sdk,
                              const std::set<uint32_t>& schemes_found,
                              const KnownEntries& known = {});

}  // namespace hallmark
