#include "cli/review/compare_files.hpp"

#include "cli/review/apk_review.hpp"
#include "cli/review/deb_review.hpp"
#include "core/digest.hpp"
#include "process/isolated.hpp"

namespace hallmark {
namespace {

constexpr std::chrono::minutes kTime{5};
constexpr std::size_t kMost = std::size_t{4} << 20U;  // bytes

using Comparison = Result<std::vector<Change>> (*)(int before, int after);

Result<std::vector<Change>> compare_packages(int before, int after) {
  HALLMARK_TRY(const DebContents old_deb, read_deb_contents(before, "the one before"));
  HALLMARK_TRY(const DebContents new_deb, read_deb_contents(after, "the new one"));
  return deb_changes(old_deb, new_deb);
}

Result<std::vector<Change>> compare_apps(int before, int after) {
  HALLMARK_TRY(const ApkInspection old_app, inspect_apk(before, "the one before"));
  HALLMARK_TRY(const ApkInspection new_app, inspect_apk(after, "the new one"));
  return apk_changes(old_app, new_app);
}

Comparison comparison_of(const std::string& name) {
  if (name.ends_with(".deb")) return compare_packages;
  if (name.ends_with(".apk") || name.ends_with(".aab")) return compare_apps;
  return nullptr;
}

// "part" or "error": what the isolated process says.
std::string answer_of(Comparison compare, const std::string& title, int before, int after) {
  Json answer;
  const Result<std::vector<Change>> changes = compare(before, after);
  if (changes.ok()) {
    answer = to_json(ReviewPart{title, *changes});
  } else {
    answer = {{"error", changes.error().message()}};
  }
  return answer.dump(-1, ' ', true, Json::error_handler_t::replace);
}

Result<std::string> error_in(const std::string& untrusted_answer) {
  HALLMARK_TRY(const Json answer, parse_json(untrusted_answer, "comparison"));
  return answer.value("error", std::string());
}

}  // namespace

Result<ReviewPart> compare_files(const std::string& title, const std::string& name,
                                 int untrusted_before, int untrusted_after) {
  const Comparison compare = comparison_of(name);
  if (compare == nullptr) {
    return usage_error(name, "is no .deb, .apk or .aab", "only these can be compared");
  }
  sha256("");  // OpenSSL reads its configuration at its first use, and there it can open nothing
  HALLMARK_TRY(
      const std::string untrusted_answer,
      run_isolated([&] { return answer_of(compare, title, untrusted_before, untrusted_after); },
                   {untrusted_before, untrusted_after}, kTime, kMost));
  HALLMARK_TRY(const std::string error, error_in(untrusted_answer));
  if (!error.empty()) return verification_error(title, error);
  return parse_review_part(untrusted_answer);
}

}  // namespace hallmark
