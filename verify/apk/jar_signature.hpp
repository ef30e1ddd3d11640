// Recognising, not judging, a v1 (JAR) signature.
#pragma once

#include "verify/apk/zip.hpp"

namespace hallmark {

// Whether any entry is a v1 signature file: META-INF/*.SF, *.RSA, *.DSA, *.EC or SIG-*, directly in
// that folder, in any case of letters.
bool has_v1_signature(const ZipArchive& archive);

}  // namespace hallmark
