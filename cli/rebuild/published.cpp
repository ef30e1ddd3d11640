#include "cli/rebuild/published.hpp"

#include <filesystem>

#include "cli/review/compare_files.hpp"
#include "core/digest.hpp"
#include "verify/apk/compare.hpp"

namespace hallmark {
namespace {

namespace fs = std::filesystem;

bool is_app(const std::string& name) { return name.ends_with(".apk"); }

// An app is published with signatures, and built without.
Result<std::string> app_difference(const std::string& name, int published, int built) {
  std::error_code error;
  const fs::path scratch = fs::temp_directory_path(error);
  if (error) return failed("TMPDIR", "is not a folder: " + error.message());
  HALLMARK_TRY(const ApkComparison found,
               compare_apks({published, "published " + name}, {built, name}, scratch));
  if (found.same) return std::string();
  if (found.differences.listed.empty()) return std::string("other bytes");
  const DifferingEntry& first = found.differences.listed.front();
  const std::string entry = first.name.empty() ? "the archive" : first.name;
  if (first.how.empty()) return entry + " differs";
  const EntryDifference& how = first.how.front();
  return entry + ": " + how.what +
         (how.in_signed.empty() ? "" : ": " + how.in_signed + ", rebuilt " + how.in_rebuilt);
}

std::string package_difference(const std::string& name, int published, int built) {
  const Result<ReviewPart> part = compare_files(name, name, published, built);
  if (!part.ok()) return "other bytes (" + part.error().cause + ")";
  if (part->changes.empty()) return "other bytes";
  return part->changes.front().words;
}

// Empty: equal.
Result<std::string> difference(const BuiltArtefact& artefact, int published, int built) {
  HALLMARK_TRY(const FileDigest digest, digest_fd(published));
  if (digest.sha256 == artefact.sha256) return std::string();
  if (is_app(artefact.name)) return app_difference(artefact.name, published, built);
  if (artefact.name.ends_with(".deb")) {
    return package_difference(artefact.name, published, built);
  }
  return std::to_string(digest.size) + " bytes, rebuilt " + std::to_string(artefact.size);
}

bool is_itself_a_file(const std::string& path) {
  std::error_code failure;
  return fs::is_regular_file(fs::symlink_status(path, failure));
}

Result<std::string> difference_from(const std::string& path, const BuiltArtefact& artefact,
                                    int built) {
  HALLMARK_TRY(const UniqueFd published, open_file(path));
  return difference(artefact, published.get(), built);
}

}  // namespace

Result<Published> Published::open(const std::string& path) {
  Published out;
  out.path_ = path;
  std::error_code failure;
  out.is_file_ = fs::is_regular_file(path, failure);
  if (out.is_file_) return out;
  for (fs::recursive_directory_iterator entry(path, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    // A link, say, is not followed; but whoever serves the folder may.
    std::error_code gone;
    if (entry->symlink_status(gone).type() == fs::file_type::directory) continue;
    out.by_name_.emplace(entry->path().filename(), entry->path());
  }
  if (failure) return failed(path, "cannot be read: " + failure.message());
  return out;
}

// An app is published under a name that says its version.
std::vector<std::string> Published::candidates(const BuiltArtefact& artefact) const {
  std::vector<std::string> out;
  if (is_file_) {
    const std::string name = fs::path(path_).filename();
    if (name == artefact.name || (is_app(name) && is_app(artefact.name))) out.push_back(path_);
    return out;
  }
  const auto [first, last] = by_name_.equal_range(artefact.name);
  for (auto found = first; found != last; ++found) out.push_back(found->second);
  return out;
}

Result<Comparison> Published::compare(const BuiltArtefact& artefact, int built) const {
  Comparison out;
  out.artefact = artefact.name;
  // The same name may be there several times, in two suites say: all of them count.
  for (const std::string& path : candidates(artefact)) {
    out.published = path;
    if (is_file_ || is_itself_a_file(path)) {
      HALLMARK_TRY(out.difference, difference_from(path, artefact, built));
    } else {
      out.difference = "it is no regular file, and links are not followed";
    }
    out.verdict = out.difference.empty() ? Verdict::kEqual : Verdict::kDifferent;
    if (out.verdict == Verdict::kDifferent) break;
  }
  return out;
}

}  // namespace hallmark
