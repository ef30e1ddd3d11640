#include "cli/changes_files.hpp"

#include <fcntl.h>

#include <filesystem>

#include "core/digest.hpp"
#include "core/fd.hpp"
#include "verify/changes_file.hpp"

namespace hallmark {
namespace {

Status check_listed_file(const std::string& path, const SourceFile& listed,
                         const std::string& changes) {
  Result<UniqueFd> file = open_at(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (!file.ok()) {
    return verification_error(changes, "names " + listed.name + ": " + file.error().message());
  }
  HALLMARK_TRY(const FileDigest digest, digest_fd(file->get()));
  if (digest.size == listed.size && digest.sha256 == listed.sha256) return ok_status();
  return verification_error(path, "is not the file that " + changes + " names: it has " +
                                      std::to_string(digest.size) + " bytes with sha256 " +
                                      digest.sha256.hex());
}

}  // namespace

Result<std::vector<std::string>> packages_of_changes(const std::string& path) {
  constexpr uint64_t kChangesLimit = (uint64_t{1} << 20U) + 1;  // bytes
  HALLMARK_TRY(const std::string text, read_file(path, kChangesLimit));
  HALLMARK_TRY(const ChangesFile changes, parse_changes(text, path));
  std::vector<std::string> out;
  for (const SourceFile& file : changes.files) {
    const std::string beside = std::filesystem::path(path).replace_filename(file.name);
    HALLMARK_CHECK(check_listed_file(beside, file, path));
    if (file.name.ends_with(".deb") || file.name.ends_with(".dsc")) out.push_back(beside);
  }
  if (out.empty()) return verification_error(path, "names no .deb and no .dsc");
  return out;
}

}  // namespace hallmark
