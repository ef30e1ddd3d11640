// One APK's signature moved onto another's contents, as the F-Droid tool apksigcopier does it.
#pragma once

#include <vector>

#include "core/result.hpp"
#include "verify/apk/byte_source.hpp"
#include "verify/apk/opened_apk.hpp"

namespace hallmark {

// Whose padding entries have before their data. That of the signed APK comes with its whole local
// header: right only where the entries of the two differ in nothing else.
enum class CopiedPadding { kOfContents, kOfSignedApk };

// The entries of `contents` but for its own signature, in its order, with the v1 files of
// `signature_of` where they stand there; then the padding and the signing block of `signature_of`;
// then a directory and an end record for that. Whether the outcome verifies is for the verifier to
// say. Both APKs must outlive the sources. An outcome that would
// need zip64 is an error of kind kVerification.
Result<std::vector<ByteSource>> copy_signature(const OpenedApk& signature_of,
                                               const OpenedApk& contents, CopiedPadding padding);

}  // namespace hallmark
