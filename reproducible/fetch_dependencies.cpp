#include "reproducible/fetch_dependencies.hpp"

#include <unistd.h>

#include "reproducible/dependency_digest.hpp"

namespace hallmark {
namespace {

// What is in quarantine already, where the lock file's digest is the one that quarantine goes by.
Result<bool> is_here(DependencyKind kind, LockedDependency& wanted, const Quarantine& quarantine) {
  if (kind != DependencyKind::kCargo) return false;
  HALLMARK_TRY(wanted.sha256, Sha256Digest::from_hex(wanted.listed.integrity));
  const std::string path = quarantine.path_of(wanted.sha256);
  if (::access(path.c_str(), F_OK) != 0) return false;
  HALLMARK_TRY(const UniqueFd file, open_at(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
  HALLMARK_TRY(const FileDigest digest, digest_fd(file.get()));
  wanted.size = digest.size;
  return quarantine.holds({label_of(kind, wanted.listed), wanted.sha256, wanted.size});
}

Result<LockedDependencies> pin_list(const DependencySpec& spec, const DependencyList& list,
                                    Downloader& downloader) {
  LockedDependencies out{spec.kind, spec.lock_file, {}};
  for (const ListedDependency& listed : list) out.files.push_back({listed, 0, {}});
  std::vector<LockedDependency*> coming;
  std::vector<NewFile> wanted;
  for (LockedDependency& file : out.files) {
    HALLMARK_TRY(const bool here, is_here(spec.kind, file, downloader.quarantine()));
    if (here) continue;
    coming.push_back(&file);
    wanted.push_back({label_of(spec.kind, file.listed), file.listed.url, kMaxDependencyFile});
  }
  const auto verify = [&](std::size_t index, int untrusted_fd, const FileDigest& digest) {
    LockedDependency& file = *coming[index];
    Status good = check_integrity(spec.kind, file.listed, untrusted_fd);
    file.size = digest.size;
    file.sha256 = digest.sha256;
    return good;
  };
  HALLMARK_CHECK(downloader.fetch_all_new(wanted, verify));
  return out;
}

}  // namespace

Result<std::vector<LockedDependencies>> pin_dependencies(const Product& product,
                                                         const std::vector<DependencyList>& lists,
                                                         Downloader& downloader) {
  std::vector<LockedDependencies> out;
  std::size_t files = 0;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    files += lists[i].size();
    if (files > kMaxDependencies) {
      return verification_error(product.name, "has more dependencies than a lock may hold: " +
                                                  std::to_string(kMaxDependencies));
    }
    HALLMARK_TRY(LockedDependencies locked,
                 pin_list(product.dependencies[i], lists[i], downloader));
    out.push_back(std::move(locked));
  }
  return out;
}

}  // namespace hallmark
