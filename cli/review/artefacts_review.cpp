#include "cli/review/artefacts_review.hpp"

#include "cli/review/compare_files.hpp"

namespace hallmark {
namespace {

// `before` is null for a file that comes.
Result<ReviewPart> compare_one(const std::string& title, const BuiltFile* before,
                               const BuiltFile& after, const OpenBuilt& open) {
  UniqueFd old_fd;
  if (before != nullptr) {
    HALLMARK_TRY(old_fd, open(before->path));
  }
  HALLMARK_TRY(const UniqueFd new_fd, open(after.path));
  return compare_files(title, after.name, old_fd.get(), new_fd.get());
}

}  // namespace

std::size_t review_artefacts(const std::string& place, const BuiltFiles& before,
                             const BuiltFiles& after, const OpenBuilt& open,
                             std::vector<ReviewPart>& parts) {
  ReviewPart outputs{"artefacts for " + place, {}};
  std::size_t failures = 0;
  for (const auto& [key, file] : before) {
    if (!after.contains(key)) outputs.changes.push_back({file.name + " goes", true, {}});
  }
  for (const auto& [key, file] : after) {
    const auto old_file = before.find(key);
    const bool comes = old_file == before.end();
    if (comes) outputs.changes.push_back({file.name + " comes", true, {}});
    const std::string title = file.name + " for " + place;
    Result<ReviewPart> part = compare_one(title, comes ? nullptr : &old_file->second, file, open);
    if (!part.ok()) {
      ++failures;
      part = ReviewPart{title, {{"not compared: " + one_line(part.error().message()), true, {}}}};
    }
    parts.push_back(std::move(*part));
  }
  if (!outputs.changes.empty()) parts.push_back(std::move(outputs));
  return failures;
}

}  // namespace hallmark
