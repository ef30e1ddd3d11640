#include "reproducible/build_collect.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "core/safe_path.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxArtefacts = 1000;
constexpr off_t kMaxArtefactSize = off_t{16} << 30U;

Result<CollectedFile> collect_one(int folder, const std::string& name) {
  const std::string subject = "build output " + name;
  Result<UniqueFd> opened = open_at(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (!opened.ok()) {
    return verification_error(subject, "is no file that can be taken: " + opened.error().cause,
                              "an artefact must be a regular file, not a link");
  }
  CollectedFile out{name, std::move(*opened), {}};
  struct stat info {};
  if (::fstat(out.file.get(), &info) != 0) return errno_error(subject, "cannot look at");
  if (!S_ISREG(info.st_mode)) return verification_error(subject, "is not a regular file");
  if (info.st_nlink != 1) return verification_error(subject, "has more than one name");
  if ((info.st_mode & (S_ISUID | S_ISGID)) != 0) {
    return verification_error(subject, "has a set-user-id or set-group-id bit");
  }
  if (info.st_size > kMaxArtefactSize) return verification_error(subject, "is larger than 16 GiB");
  HALLMARK_TRY(out.digest, digest_fd(out.file.get()));
  return out;
}

Result<std::vector<std::string>> list_debs(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  namespace fs = std::filesystem;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::string name = it->path().filename();
    if (!is_plain_name(name) || !name.ends_with(".deb")) {
      return verification_error("build output", "holds a file whose name is not that of a .deb");
    }
    if (names.size() == kMaxArtefacts) return verification_error("build output", "too many files");
    names.push_back(std::move(name));
  }
  if (error) return failed(folder, "cannot be listed: " + error.message());
  if (names.empty()) return verification_error("build output", "holds no .deb");
  return names;
}

}  // namespace

Result<std::vector<CollectedFile>> collect_artefacts(const std::string& untrusted_folder,
                                                     const Recipe& recipe) {
  std::vector<std::string> names;
  for (const RecipeOutput& output : recipe.outputs) names.push_back(output.name);
  if (recipe.kind == RecipeKind::kDeb) {
    HALLMARK_TRY(names, list_debs(untrusted_folder));
  }
  std::sort(names.begin(), names.end());
  HALLMARK_TRY(const UniqueFd folder, open_dir(untrusted_folder));
  std::vector<CollectedFile> out;
  for (const std::string& name : names) {
    HALLMARK_TRY(CollectedFile file, collect_one(folder.get(), name));
    out.push_back(std::move(file));
  }
  return out;
}

}  // namespace hallmark
