#include "reproducible/build_source.hpp"

#include <fcntl.h>

#include <vector>

#include "core/fd.hpp"
#include "reproducible/dsc_source.hpp"
#include "reproducible/git_source.hpp"
#include "reproducible/quarantine.hpp"
#include "reproducible/source_signers.hpp"
#include "reproducible/tar_members.hpp"
#include "reproducible/tarball_source.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kMaxSourceFile = uint64_t{16} << 30U;

// A copy that the fetcher cannot change behind our back: what is checked is what is built.
Result<UniqueFd> copy_source_file(const std::string& from, const std::string& to) {
  HALLMARK_TRY(const UniqueFd original,
               open_at(AT_FDCWD, from, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
  HALLMARK_TRY(UniqueFd copy, open_at(AT_FDCWD, to, O_RDWR | O_CREAT | O_EXCL, 0644));
  HALLMARK_TRY(const uint64_t size, copy_fd(original.get(), copy.get(), kMaxSourceFile));
  static_cast<void>(size);
  return copy;
}

Error not_fetched(const std::string& name, const Error& why) {
  return failed("source " + name, "is not in quarantine: " + why.cause,
                "run 'hallmark fetch' first");
}

// The files that the lock names, in its order.
Result<std::vector<UniqueFd>> copy_source_files(const Lock& lock, const Quarantine& quarantine,
                                                const std::string& folder) {
  HALLMARK_CHECK(make_dirs(folder, 0755));
  std::vector<UniqueFd> files;
  for (const LockedFile& file : lock.source.files) {
    Result<UniqueFd> copy =
        copy_source_file(quarantine.path_of(file.sha256), folder + "/" + file.name);
    if (!copy.ok()) return not_fetched(file.name, copy.error());
    files.push_back(std::move(*copy));
  }
  return files;
}

Status prepare_dsc(const Lock& lock, const Product& product, const Quarantine& quarantine,
                   const std::string& folder) {
  HALLMARK_TRY(const std::vector<UniqueFd> files, copy_source_files(lock, quarantine, folder));
  return verify_dsc_source(lock, product, files);
}

// The archive as it came: it is unpacked inside the sandbox alone.
Status prepare_tarball(const Lock& lock, const Product& product, const Quarantine& quarantine,
                       const std::string& folder) {
  HALLMARK_TRY(const std::vector<UniqueFd> files, copy_source_files(lock, quarantine, folder));
  HALLMARK_TRY(const std::string keyring, quarantined_keyring(lock.source, quarantine));
  HALLMARK_CHECK(verify_tarball_source(lock, product, files, keyring));
  return judge_tar(files[0].get(), lock.source.files[0].name);
}

Status prepare_git(const Lock& lock, const Product& product, const Layout& layout,
                   const Quarantine& quarantine, const std::string& folder) {
  const std::string work = folder + "-git";
  HALLMARK_CHECK(make_dirs(work + "/open", 0700));
  const std::string bundle = work + "/bundle";
  const Result<UniqueFd> copy =
      copy_source_file(layout.quarantined_bundle(lock.source.tag_object), bundle);
  if (!copy.ok()) return not_fetched(lock.source.tag, copy.error());
  HALLMARK_TRY(const std::string keyring, quarantined_keyring(lock.source, quarantine));
  return export_git_source(lock, product, bundle, work + "/open", folder, keyring);
}

}  // namespace

Status prepare_source(const Lock& lock, const Product& product, const Layout& layout,
                      const std::string& folder) {
  const Quarantine quarantine(layout.quarantine());
  switch (lock.source.kind) {
    case OriginKind::kDsc:
      return prepare_dsc(lock, product, quarantine, folder);
    case OriginKind::kGit:
      return prepare_git(lock, product, layout, quarantine, folder);
    case OriginKind::kTarball:
      return prepare_tarball(lock, product, quarantine, folder);
  }
  return failed("source", "is of an unknown kind");
}

}  // namespace hallmark
