// The APK verifier: is this file a well-formed APK whose contents the named keys signed?
//
// Judged, for devices in a range of API levels: the ZIP structure, the v1 (JAR) signature where a
// device of the range needs it, every v2, v3 and v3.1 signature that a device of the range knows,
// with rotated keys, and the .idsig file (v4) if one is given. Source stamps, the hybrid v3.2 block
// and pairs that are unknown are reported as warnings, not judged: the verdict is for devices that
// do not know them.
//
// The verdict is that of Android's apksigner for the same range, but for what docs/apk.md lists,
// where we are deliberately stricter.
//
// The file is read by position; memory grows with the number of entries, not with their size. The
// caller sees to it that nobody else can write the file meanwhile, if that matters to what it does
// next.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/result.hpp"
#include "verify/apk/digested_entries.hpp"
#include "verify/apk/digested_prefix.hpp"
#include "verify/apk/file_bytes.hpp"
#include "verify/apk/report.hpp"

namespace hallmark {

struct ApkVerifyOptions {
  std::string file;  // what the report calls the file
  // The oldest and the newest device (API levels) that the verdict is for. Without them: the
  // manifest's minSdkVersion, and no maximum.
  std::optional<uint32_t> min_sdk = std::nullopt;
  std::optional<uint32_t> max_sdk = std::nullopt;
  // The .idsig file that goes with the APK, borrowed.
  std::optional<int> idsig_fd = std::nullopt;
  // Both of the one archive that the APK was made from, borrowed. They change no verdict, only the
  // time.
  const DigestedEntries* digested = nullptr;
  const DigestedPrefix* prefix = nullptr;
};

// An APK that is refused is a report that says why; an Error is trouble with reading a file.
Result<ApkReport> verify_apk(int untrusted_fd, const ApkVerifyOptions& options);
Result<ApkReport> verify_apk(const FileBytes& untrusted_file, const ApkVerifyOptions& options);

}  // namespace hallmark
