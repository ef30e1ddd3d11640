// Whom the signature blocks of an APK name as signers; internal to verify/apk/inspect.
#pragma once

#include "verify/apk/inspect.hpp"
#include "verify/apk/signing_block.hpp"

namespace hallmark {

// Adds the signers of v2, v3 and v3.1, and a problem for each block that cannot be read.
void add_claimed_signers(const SigningBlock& untrusted_block, ApkInspection& out);

}  // namespace hallmark
