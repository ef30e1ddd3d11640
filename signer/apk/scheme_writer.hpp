// The values of the v2, v3 and v3.1 pairs; the writing half of verify/apk/scheme_block.hpp. Each
// has one signer.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/result.hpp"
#include "signer/apk/apk_signer.hpp"
#include "verify/apk/scheme_block.hpp"

namespace hallmark {

// All devices that know v3 (API level 28), as apksigner writes it.
constexpr SdkRange kAllOfV3 = {24, 0x7fffffff};

// `digest` is the content digest of the kind that the signer's algorithm goes with.
// `v3_is_there` makes devices refuse the APK when somebody takes the v3 signature away.
Result<std::vector<uint8_t>> v2_value(const ApkSigner& signer, std::span<const uint8_t> digest,
                                      bool v3_is_there);

struct V3Facts {
  SdkRange sdk = kAllOfV3;
  // In a v3 block: from this API level on, the signer is the one of the v3.1 block.
  std::optional<uint32_t> rotated_from;
  // Of a rotated signer: its lineage in the attribute's form. Empty: never rotated.
  std::vector<uint8_t> lineage;
};

// v3 and v3.1 differ in their pair's id alone.
Result<std::vector<uint8_t>> v3_value(const ApkSigner& signer, std::span<const uint8_t> digest,
                                      const V3Facts& facts);

}  // namespace hallmark
