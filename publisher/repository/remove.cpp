// Taking things out of the repository. The record goes first, then the file: after a crash in
// between, a file is left that nothing names and the next include may replace.
#include "publisher/repository/repository.hpp"

namespace hallmark {

namespace {

// The pool has a folder for each component.
bool is_in_component(const PoolPackage& package, const std::string& component) {
  return component.empty() || package.file.path.starts_with("pool/" + component + "/");
}

// `files` gets what nothing names any more. How many there were.
Result<std::size_t> forget(RepositoryState& state, const PackageName& name,
                           std::vector<std::string>& files) {
  HALLMARK_TRY(const std::vector<PoolPackage> packages,
               state.pool_packages(name.package, name.version, name.architecture));
  std::size_t removed = 0;
  for (const PoolPackage& package : packages) {
    if (!is_in_component(package, name.component)) continue;
    HALLMARK_TRY(const std::optional<std::vector<std::string>> unused,
                 state.remove_member(name.suite, package.file.path));
    if (!unused) continue;
    ++removed;
    files.insert(files.end(), unused->begin(), unused->end());
  }
  return removed;
}

Result<std::size_t> forget_all(Repository& repository, Transaction transaction,
                               std::span<const PackageName> names) {
  std::size_t removed = 0;
  std::vector<std::string> files;
  for (const PackageName& name : names) {
    HALLMARK_TRY(const std::size_t there, forget(repository.state, name, files));
    removed += there;
  }
  HALLMARK_CHECK(transaction.commit());
  HALLMARK_CHECK(repository.tree.remove(files));
  return removed;
}

}  // namespace

Result<std::size_t> remove_packages(Repository& repository, std::span<const PackageName> names) {
  HALLMARK_TRY(Transaction transaction, repository.state.transaction());
  return forget_all(repository, std::move(transaction), names);
}

Result<std::size_t> retire_packages(Repository& repository,
                                    std::span<const LeavingPackage> packages) {
  HALLMARK_TRY(Transaction transaction, repository.state.transaction());
  std::vector<PackageName> names;
  for (const LeavingPackage& package : packages) {
    HALLMARK_CHECK(repository.state.set_retired(package.name.suite, package.name.component,
                                                package.sha256,
                                                {package.number, package.returned}));
    if (!package.returned) names.push_back(package.name);
  }
  return forget_all(repository, std::move(transaction), names);
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
