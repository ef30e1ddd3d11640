#include "cli/review/compare_files.hpp"

#include "cli/review/apk_entries_review.hpp"
#include "cli/review/apk_review.hpp"
#include "cli/review/deb_review.hpp"
#include "core/digest.hpp"
#include "process/isolated.hpp"

namespace hallmark {
namespace {

constexpr std::chrono::minutes kTime{5};
constexpr std::size_t kMost = std::size_t{4} << 20U;  // bytes
constexpr std::size_t kLongestError = 2000;           // bytes

using Comparison = Result<std::vector<Change>> (*)(int before, int after);

Result<std::vector<Change>> compare_packages(int before, int after) {
  DebContents old_deb;
  if (before >= 0) {
    HALLMARK_TRY(old_deb, read_deb_contents(before, "the one before"));
  }
  HALLMARK_TRY(const DebContents new_deb, read_deb_contents(after, "the new one"));
  return deb_changes(old_deb, new_deb);
}

Result<std::vector<Change>> compare_apps(int before, int after) {
  ApkInspection old_app;
  old_app.manifest.emplace();
  if (before >= 0) {
    HALLMARK_TRY(old_app, inspect_apk(before, "the one before"));
  }
  HALLMARK_TRY(const ApkInspection new_app, inspect_apk(after, "the new one"));
  std::vector<Change> changes = apk_changes(old_app, new_app);
  if (before < 0) return changes;
  HALLMARK_TRY(const OpenedApk old_entries, open_apk(before, "the one before"));
  HALLMARK_TRY(const OpenedApk new_entries, open_apk(after, "the new one"));
  HALLMARK_CHECK(compare_apk_entries(old_entries, new_entries, changes));
  return changes;
}

Comparison comparison_of(const std::string& name) {
  if (name.ends_with(".deb")) return compare_packages;
  if (name.ends_with(".apk") || name.ends_with(".aab")) return compare_apps;
  return nullptr;
}

// "part" or "error": what the isolated process says.
std::string answer_of(Comparison compare, const std::string& title, int before, int after) {
  Json answer;
  Result<std::vector<Change>> changes = compare(before, after);
  if (changes.ok()) {
    answer = to_json(ReviewPart{title, bounded(std::move(*changes))});
  } else {
    answer = {{"error", changes.error().message()}};
  }
  return to_text(answer);
}

// Empty: it is a part.
Result<std::string> error_in(const std::string& untrusted_answer) {
  HALLMARK_TRY(const Json answer, parse_json(untrusted_answer, "comparison"));
  if (!answer.is_object()) return failed("comparison", "is no answer");
  const auto error = answer.find("error");
  if (error == answer.end()) return std::string();
  const std::string words = error->is_string() ? error->get<std::string>() : std::string();
  return one_line(words.empty() ? "cannot be compared" : words.substr(0, kLongestError));
}

Result<bool> is_same_file(int before, int after) {
  HALLMARK_TRY(const FileDigest new_digest, digest_fd(after));
  if (before < 0) return false;
  HALLMARK_TRY(const FileDigest old_digest, digest_fd(before));
  return old_digest.sha256 == new_digest.sha256;
}

Result<ReviewPart> ask_isolated(Comparison compare, const std::string& title, int before,
                                int after) {
  std::vector<int> inputs = {after};
  if (before >= 0) inputs.push_back(before);
  HALLMARK_TRY(
      const std::string untrusted_answer,
      run_isolated([&] { return answer_of(compare, title, before, after); }, inputs, kTime, kMost));
  HALLMARK_TRY(const std::string error, error_in(untrusted_answer));
  if (!error.empty()) return verification_error(title, error);
  HALLMARK_TRY(ReviewPart part, parse_review_part(untrusted_answer));
  part.title = title;  // not the child's to choose
  return part;
}

}  // namespace

Result<ReviewPart> compare_files(const std::string& title, const std::string& name,
                                 int untrusted_before, int untrusted_after) {
  const Comparison compare = comparison_of(name);
  if (compare == nullptr) {
    return usage_error(name, "is no .deb, .apk or .aab", "only these can be compared");
  }
  // Hashing comes first for OpenSSL as well: it reads its configuration at its first use, and the
  // isolated process can open nothing.
  HALLMARK_TRY(const bool same, is_same_file(untrusted_before, untrusted_after));
  if (same) return ReviewPart{title, {}};
  HALLMARK_TRY(ReviewPart part, ask_isolated(compare, title, untrusted_before, untrusted_after));
  if (part.changes.empty()) {
    part.changes.push_back({"other bytes, but nothing that was compared differs", true, {}});
  }
  return part;
}

}  // namespace hallmark
