// Whom the signatures of an APK name as signers; internal to verify/apk/inspect.
#pragma once

#include "verify/apk/inspect.hpp"
#include "verify/apk/signing_block.hpp"

namespace hallmark {

// Each adds signers, and a problem for each block that cannot be read. The first: v1's, at most
// ten; an error is trouble with reading the file. The second: those of v2, v3 and v3.1.
Status add_claimed_jar_signers(const FileBytes& untrusted_file, const ZipArchive& archive,
                               ApkInspection& out);
void add_claimed_signers(const SigningBlock& untrusted_block, ApkInspection& out);

}  // namespace hallmark
