// Writing the .idsig file of a signed APK (APK Signature Scheme v4); the reading half, and the
// format, are in verify/apk/idsig.hpp.
#pragma once

#include <cstdint>
#include <span>

#include "core/result.hpp"
#include "signer/apk/signing_plan.hpp"
#include "verify/apk/content_digest.hpp"
#include "verify/apk/file_bytes.hpp"

namespace hallmark {

// `apk` is signed already, by the plan's signers over `digests`. `idsig_fd` is an empty regular
// file, open for reading and writing. The APK is read once, but for the blocks whose digests are
// `known` (merkle_root()), and its tree is never held in memory.
Status write_idsig(const FileBytes& apk, const SigningPlan& plan, const ContentDigests& digests,
                   std::span<const uint8_t> known, int idsig_fd);

}  // namespace hallmark
