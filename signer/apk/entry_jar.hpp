// entry.jar of an F-Droid repository: a ZIP of one file, entry.json, with a v1 (JAR) signature.
//
// F-Droid's client (libs/index, JarIndexVerifier.kt) takes one code signer with one certificate,
// and SHA-256 alone. With an RSA key the same entry gives the same bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "signer/apk/apk_signer.hpp"

namespace hallmark {

// Signed, and verified before it is handed out.
Result<std::vector<uint8_t>> sign_entry_jar(const std::string& entry_json,
                                            const ApkSigningKey& key);

}  // namespace hallmark
