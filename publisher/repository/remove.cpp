// Taking things out of the repository. The record goes first, then the file: after a crash in
// between, a file is left that nothing names and the next include may replace.
#include "publisher/repository/repository.hpp"

namespace hallmark {

Result<std::size_t> remove_package(Repository& repository, const std::string& suite,
                                   const PackageName& name) {
  HALLMARK_TRY(Transaction transaction, repository.state.transaction());
  HALLMARK_TRY(const std::vector<PoolPackage> packages,
               repository.state.pool_packages(name.package, name.version, name.architecture));
  std::size_t removed = 0;
  std::vector<std::string> files;
  for (const PoolPackage& package : packages) {
    HALLMARK_TRY(const std::optional<std::vector<std::string>> unused,
                 repository.state.remove_member(suite, package.file.path));
    if (!unused) continue;
    ++removed;
    files.insert(files.end(), unused->begin(), unused->end());
  }
  HALLMARK_CHECK(transaction.commit());
  HALLMARK_CHECK(repository.tree.remove(files));
  return removed;
}

Result<bool> remove_apk(Repository& repository, const Sha256Digest& sha256,
                        const std::string& path) {
  HALLMARK_TRY(Transaction transaction, repository.state.transaction());
  HALLMARK_TRY(const std::vector<ServedFile> apks, repository.state.apks());
  std::vector<std::string> files;
  for (const ServedFile& apk : apks) {
    if (apk.sha256 != sha256 || (!path.empty() && apk.path != path)) continue;
    for (const std::string& file : {apk.path, apk.path + ".idsig"}) {
      HALLMARK_CHECK(repository.state.remove_apk(file));
      files.push_back(file);
    }
  }
  HALLMARK_CHECK(transaction.commit());
  HALLMARK_CHECK(repository.tree.remove(files));
  return !files.empty();
}

}  // namespace hallmark
