#include "cli/releases_folder.hpp"

#include <dirent.h>

#include <algorithm>
#include <memory>

#include "core/owned_file.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMostInFolder = 100000;

Result<SafePath> below_releases(const Layout& layout, const std::filesystem::path& path) {
  return SafePath::parse(path.lexically_relative(layout.releases()).string());
}

}  // namespace

Result<std::string> read_release_file(const Layout& layout, const std::filesystem::path& file,
                                      uint64_t limit) {
  HALLMARK_TRY(const SafePath below, below_releases(layout, file));
  HALLMARK_TRY(const UniqueFd opened, open_below(layout.releases(), below));
  return read_all(opened.get(), limit, file);
}

Result<UniqueFd> open_release_folder(const Layout& layout, const std::filesystem::path& folder) {
  HALLMARK_TRY(const SafePath below, below_releases(layout, folder));
  return open_dir_below(layout.releases(), below);
}

Result<UniqueFd> make_release_folder(const Layout& layout, const std::filesystem::path& folder) {
  HALLMARK_TRY(const SafePath below, below_releases(layout, folder));
  return make_dir_below(layout.releases(), below, 0755);
}

Result<std::vector<std::string>> names_in(const UniqueFd& folder, const std::string& subject) {
  HALLMARK_TRY(UniqueFd own, open_at(folder.get(), ".", O_RDONLY | O_DIRECTORY));
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(own.get()), ::closedir);
  if (!stream) return errno_error(subject, "cannot be read");
  own.release();  // the stream's from here on
  std::vector<std::string> names;
  for (errno = 0; const dirent* entry = ::readdir(stream.get()); errno = 0) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (names.size() == kMostInFolder) return failed(subject, "has too many files");
    names.push_back(name);
  }
  if (errno != 0) return errno_error(subject, "cannot be read");
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace hallmark
