// Judging an archive's entries against the manifest: is each what it says, and signed by the same?
#pragma once

#include <cstdint>
#include <vector>

#include "core/result.hpp"
#include "verify/apk/digested_entries.hpp"
#include "verify/apk/file_bytes.hpp"
#include "verify/apk/jar_signature_file.hpp"
#include "verify/apk/report.hpp"
#include "verify/apk/zip.hpp"

namespace hallmark {

// A set of signers, bit i for signer i.
using JarSigners = uint16_t;

// Whether a v1 signature covers entries of that name, as devices see it: all but directories and
// whatever is below META-INF/, also what is no part of the signature.
bool is_covered_by_v1(const ZipEntry& entry);

struct JarEntriesVerdict {
  std::vector<ApkFinding> errors;  // the first 20, in the order of the entries in the file
  JarSigners signers = 0;          // who signed them all
};

// `signed_by` has, for each section of the manifest, who vouches for it. Errors:
//   JAR_SIG_NO_ZIP_ENTRY_DIGEST_IN_MANIFEST, JAR_SIG_ZIP_ENTRY_NOT_SIGNED,
//   JAR_SIG_ZIP_ENTRY_SIGNERS_MISMATCH, JAR_SIG_ZIP_ENTRY_DIGEST_DID_NOT_VERIFY,
//   JAR_SIG_NO_SIGNED_ZIP_ENTRIES.
// Covered entries are read once, as a stream, on all processors, unless they are `known`. What is
// wrong with reading them is an Error: ZIP_MALFORMED_ENTRY, or trouble with the file.
Result<JarEntriesVerdict> judge_jar_entries(const FileBytes& untrusted_file,
                                            const ZipArchive& archive, const JarManifest& manifest,
                                            const std::vector<JarSigners>& signed_by,
                                            SdkRange devices, const KnownEntries& known);

}  // namespace hallmark
