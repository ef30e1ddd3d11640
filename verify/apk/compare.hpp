// Is this APK, which somebody rebuilt from source, the one that its developers signed?
//
// Two questions, each with its own answer. Does the rebuilt APK carry the same bytes as the signed
// one minus its signatures (META-INF's v1 files, the signing block and the padding before it)? And
// does the signature of the signed one verify when it is moved onto the rebuilt one? A v1 signature
// covers contents alone, so the second may be yes where the first is no.
//
// Signatures of the rebuilt APK (of a debug key, say) are left out too. Both files are read by
// position, in constant memory but for their directories (32 MiB each at most).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "core/result.hpp"
#include "verify/apk/apk_differences.hpp"
#include "verify/apk/report.hpp"

namespace hallmark {

struct CompareInput {
  int untrusted_fd = -1;
  std::string file;  // what the outcome calls it
};

struct ApkComparison {
  std::string signed_file;
  std::string rebuilt_file;
  bool same = false;
  std::vector<std::string> signatures;          // "v1", "v2", "v3", "v3.1": of the signed APK
  std::vector<std::string> rebuilt_signatures;  // of the rebuilt one; all left out
  ApkDifferences differences;
  // The verdict on the rebuilt APK with the signature of the signed one; nothing if that has none.
  std::optional<ApkReport> copied;
  // Whether that copy has the alignment of the signed APK, in which alone the two differ.
  bool copied_realigned = false;
  // Only where that was refused: the verdict on the signed APK itself.
  std::optional<ApkReport> signed_report;
};

// The copy with the signature is made as a file without a name in `scratch_folder`. What cannot be
// read as an APK is an error of kind kVerification with its name as the subject.
Result<ApkComparison> compare_apks(const CompareInput& signed_apk, const CompareInput& rebuilt,
                                   const std::string& scratch_folder);

// docs/cli.md describes it.
Json to_json(const ApkComparison& comparison);

}  // namespace hallmark
