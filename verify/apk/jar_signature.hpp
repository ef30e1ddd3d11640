// Recognising, not judging, the files of a v1 (JAR) signature.
#pragma once

#include <string_view>

#include "verify/apk/zip.hpp"

namespace hallmark {

// META-INF/MANIFEST.MF, *.SF, *.RSA, *.DSA, *.EC or SIG-*, directly in that folder, in any case of
// letters: what a JAR signature consists of, and so cannot cover.
bool is_jar_signature_file(std::string_view entry_name);

// Whether any entry is such a file other than the manifest, which an unsigned archive may have too.
bool has_v1_signature(const ZipArchive& archive);

// META-INF/manifest.mf, META-INF/cert.Rsa: what devices below 24 take for part of a signature and
// newer ones, which mind the case of letters, do not.
bool is_jar_signature_file_in_odd_case(std::string_view entry_name);

}  // namespace hallmark
