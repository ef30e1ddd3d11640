// hallmark apk compare: is a rebuilt APK the one that was signed?
#include <filesystem>
#include <memory>

#include "cli/verbs_apk.hpp"
#include "core/fd.hpp"
#include "verify/apk/compare.hpp"

namespace hallmark {
namespace {

struct CompareFiles {
  std::string signed_file;
  std::string rebuilt_file;
};

std::string joined(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

std::string describe(const DifferingEntry& difference) {
  std::string text = "  " + (difference.name.empty() ? "the archive" : difference.name) + "\n";
  for (const EntryDifference& one : difference.how) {
    text += "    " + one.what;
    if (!one.in_signed.empty()) text += ": " + one.in_signed + "; rebuilt: " + one.in_rebuilt;
    text += "\n";
  }
  return text;
}

std::string describe_differences(const ApkComparison& found) {
  if (found.same) {
    return "the same bytes, apart from signatures (" + std::to_string(found.differences.entries) +
           " entries)\n";
  }
  std::string text = "different in " + std::to_string(found.differences.places) + " place(s) of " +
                     std::to_string(found.differences.entries) + " entries; the first:\n";
  for (const DifferingEntry& difference : found.differences.listed) text += describe(difference);
  if (found.differences.places > found.differences.listed.size()) {
    text += "  and " + std::to_string(found.differences.places - found.differences.listed.size()) +
            " more\n";
  }
  return text;
}

// Whether the signature can be copied, and if not, why.
std::string describe_copy(const ApkComparison& found) {
  if (!found.copied) return "there is no signature to copy\n";
  if (found.copied->verified) {
    return std::string("the signature verifies on the rebuilt APK ") +
           (found.copied_realigned ? "once that is aligned as the signed one: " : "too: ") +
           joined(found.copied->schemes) + "\n";
  }
  const ApkFinding& why = found.copied->errors.front();
  std::string text =
      "the signature does not verify on the rebuilt APK: " + why.code + ": " + why.message + "\n";
  if (found.signed_report && !found.signed_report->verified) {
    const ApkFinding& own = found.signed_report->errors.front();
    text += "nor does it verify where it is: " + own.code + ": " + own.message + "\n";
  }
  return text;
}

std::string describe(const ApkComparison& found) {
  std::string text;
  if (found.signatures.empty()) text += found.signed_file + " is not signed\n";
  if (!found.rebuilt_signatures.empty()) {
    text += found.rebuilt_file + " is signed itself (" + joined(found.rebuilt_signatures) +
            "): compared without\n";
  }
  return text + describe_differences(found) + describe_copy(found);
}

Status run_compare(CommandLine& line, const CompareFiles& files) {
  HALLMARK_TRY(const UniqueFd signed_apk, open_file(files.signed_file));
  HALLMARK_TRY(const UniqueFd rebuilt, open_file(files.rebuilt_file));
  std::error_code error;
  const std::filesystem::path scratch = std::filesystem::temp_directory_path(error);
  if (error) return failed("TMPDIR", "is not a folder: " + error.message());
  HALLMARK_TRY(const ApkComparison found,
               compare_apks({signed_apk.get(), files.signed_file},
                            {rebuilt.get(), files.rebuilt_file}, scratch));
  line.screen.answer(to_json(found), describe(found));
  if (found.same) return ok_status();
  return verification_error(files.rebuilt_file, "does not carry the bytes of " + files.signed_file);
}

}  // namespace

void add_apk_compare(CLI::App& apk, CommandLine& line) {
  auto files = std::make_shared<CompareFiles>();
  CLI::App* compare =
      apk.add_subcommand("compare", "Is a rebuilt APK the signed one, minus its signatures?");
  compare->add_option("SIGNED", files->signed_file, "the APK as it was released")->required();
  compare->add_option("REBUILT", files->rebuilt_file, "the APK as you built it")->required();
  compare->footer(
      "Example:\n  hallmark apk compare released.apk my-build.apk\n\n"
      "Exits 0 when REBUILT carries the same bytes, 3 when it does not. Also says whether SIGNED's "
      "signature\nverifies when it is copied onto REBUILT; the copy is made in TMPDIR, without a "
      "name.\nNeeds no terminal.");
  compare->callback(
      [&line, files] { line.run = [&line, files] { return run_compare(line, *files); }; });
}

}  // namespace hallmark
