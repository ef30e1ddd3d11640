// Making a lineage: the proof that one key hands an application on to the next. The reading half,
// and the format, are in verify/apk/lineage.hpp.
#pragma once

#include <cstdint>
#include <span>

#include "core/result.hpp"
#include "signer/apk/apk_signer.hpp"
#include "verify/apk/lineage.hpp"

namespace hallmark {

// Capabilities are those of a certificate once it is not the newest any more (the flags of
// verify/apk/lineage.hpp); the newest has the default ones, all but rollback.
inline constexpr uint32_t kDefaultLineageCapabilities =
    kLineageInstalledData | kLineageSharedUid | kLineagePermission | kLineageAuth;

// The lineage of a key that was never rotated.
Lineage lineage_of(std::span<const uint8_t> root_certificate);

// `newest`, whose certificate must be the lineage's last, signs `next_certificate`, and keeps
// `capabilities`. The result is parsed again, so that it is one that every reader takes.
Result<Lineage> rotate_lineage(Lineage lineage, const ApkSigner& newest, uint32_t capabilities,
                               std::span<const uint8_t> next_certificate);

}  // namespace hallmark
