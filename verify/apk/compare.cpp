#include "verify/apk/compare.hpp"

#include <algorithm>

#include "core/bytes.hpp"
#include "core/fd.hpp"
#include "verify/apk/signature_copy.hpp"
#include "verify/apk/verify.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20U;

ApkVerifyOptions options_for(std::string file) {
  ApkVerifyOptions options;
  options.file = std::move(file);
  return options;
}

Result<ApkReport> judge_copy(const OpenedApk& signed_apk, const OpenedApk& rebuilt,
                             const std::string& scratch_folder, CopiedPadding padding) {
  HALLMARK_TRY(const std::vector<ByteSource> sources, copy_signature(signed_apk, rebuilt, padding));
  HALLMARK_TRY(const UniqueFd file, unnamed_file(scratch_folder));
  std::vector<uint8_t> buffer(kPiece);
  for (const ByteSource& source : sources) {
    for (uint64_t done = 0; done < source.size;) {
      const auto piece =
          std::span(buffer).first(std::min<uint64_t>(buffer.size(), source.size - done));
      HALLMARK_CHECK(source.read(done, piece));
      HALLMARK_CHECK(write_all(file.get(), as_text(piece)));
      done += piece.size();
    }
  }
  return verify_apk(file.get(), options_for(rebuilt.name));
}

// As the rebuilt APK is and, if that fails and might help, aligned as the signed one is.
Status copy_and_judge(const OpenedApk& signed_apk, const OpenedApk& rebuilt,
                      const std::string& scratch_folder, bool may_realign, ApkComparison& out) {
  HALLMARK_TRY(out.copied,
               judge_copy(signed_apk, rebuilt, scratch_folder, CopiedPadding::kOfContents));
  if (out.copied->verified || !may_realign) return ok_status();
  HALLMARK_TRY(const ApkReport realigned,
               judge_copy(signed_apk, rebuilt, scratch_folder, CopiedPadding::kOfSignedApk));
  if (!realigned.verified) return ok_status();
  out.copied = realigned;
  out.copied_realigned = true;
  return ok_status();
}

}  // namespace

Result<ApkComparison> compare_apks(const CompareInput& signed_input,
                                   const CompareInput& rebuilt_input,
                                   const std::string& scratch_folder) {
  HALLMARK_TRY(const OpenedApk signed_apk, open_apk(signed_input.untrusted_fd, signed_input.file));
  HALLMARK_TRY(OpenedApk rebuilt, open_apk(rebuilt_input.untrusted_fd, rebuilt_input.file));
  const bool has_v1 = !signed_apk.signatures.empty() && signed_apk.signatures.front() == "v1";
  if (has_v1) count_manifest_as_signature(rebuilt);
  HALLMARK_TRY(ApkDifferences differences, find_differences(signed_apk, rebuilt));
  ApkComparison comparison;
  comparison.signed_file = signed_input.file;
  comparison.rebuilt_file = rebuilt_input.file;
  comparison.same = differences.places == 0;
  comparison.signatures = signed_apk.signatures;
  comparison.rebuilt_signatures = rebuilt.signatures;
  comparison.differences = std::move(differences);
  if (signed_apk.signatures.empty()) return comparison;
  HALLMARK_CHECK(copy_and_judge(signed_apk, rebuilt, scratch_folder,
                                comparison.differences.only_alignment, comparison));
  if (comparison.copied->verified) return comparison;
  HALLMARK_TRY(comparison.signed_report,
               verify_apk(signed_input.untrusted_fd, options_for(signed_input.file)));
  return comparison;
}

}  // namespace hallmark
