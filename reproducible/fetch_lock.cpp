#include "reproducible/fetch_lock.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "core/digest.hpp"
#include "reproducible/archive_chain.hpp"
#include "reproducible/dependency_digest.hpp"
#include "reproducible/dsc_source.hpp"
#include "reproducible/fetch_download.hpp"
#include "reproducible/fetch_dsc.hpp"
#include "reproducible/fetch_git.hpp"
#include "reproducible/fetch_work.hpp"
#include "reproducible/source_signers.hpp"
#include "reproducible/tarball_source.hpp"

namespace hallmark {
namespace {

// An InRelease has one address, and the archive replaces what is there.
Result<std::size_t> fetch_inrelease(const LockedArchive& archive, Downloader& downloader) {
  const PinnedFile file = inrelease_file(archive);
  HALLMARK_TRY(const bool here, downloader.quarantine().holds(file));
  if (here) return std::size_t{0};
  const std::string url = archive_url(archive, "InRelease");
  HALLMARK_TRY(const std::string text, downloader.fetch_unpinned(url, uint64_t{10} << 20U));
  if (sha256(text) != archive.inrelease_sha256) {
    return failed(file.label,
                  "is not the pinned one: the archive has moved on, or the lock is wrong",
                  "bring it from the machine that pinned it (hallmark bundle), or pin again");
  }
  HALLMARK_CHECK(downloader.quarantine().admit_bytes(text));
  return std::size_t{1};
}

std::vector<Download> downloads_of(const Lock& lock) {
  std::vector<Download> out;
  for (const LockedFile& file : lock.source.files) out.push_back(source_download(file));
  for (const LockedDependencies& each : lock.dependencies) {
    for (const LockedDependency& file : each.files) {
      out.push_back({dependency_file(each.kind, file), {address_of(file.listed.url)}});
    }
  }
  for (const LockedEnvironment& environment : lock.environments) {
    for (const LockedArchive& archive : environment.archives) {
      for (const LockedIndex& index : archive.indices) {
        out.push_back(index_download(archive, index));
      }
    }
    for (const LockedPackage& package : environment.packages) {
      out.push_back({package_file(package), {package.url}});
    }
  }
  return out;
}

Status check_product(const Lock& lock, const Product& product, const std::string& product_text) {
  const bool same_targets =
      std::all_of(lock.targets.begin(), lock.targets.end(), [&](const auto& t) {
        return std::find(product.targets.begin(), product.targets.end(), t) !=
               product.targets.end();
      });
  if (lock.product_sha256 == sha256(product_text) && lock.product == product.name &&
      lock.source.kind == product.origin.kind && same_targets) {
    return ok_status();
  }
  return verification_error("product " + product.name,
                            "is not the file that the lock was made from",
                            "pin the version again, and have the new lock approved");
}

// Every file that has a digest in the lock.
Status fetch_files(const Lock& lock, Downloader& downloader, FetchReport& report) {
  for (const LockedEnvironment& environment : lock.environments) {
    for (const LockedArchive& archive : environment.archives) {
      HALLMARK_TRY(const std::size_t came, fetch_inrelease(archive, downloader));
      report.downloaded += came;
      report.bytes += archive.inrelease_size;
      ++report.files;
    }
  }
  const std::vector<Download> downloads = downloads_of(lock);
  HALLMARK_TRY(const std::size_t came, downloader.fetch(downloads));
  report.downloaded += came;
  report.files += downloads.size();
  for (const Download& download : downloads) report.bytes += download.file.size;
  return ok_status();
}

// The bundle, whose digest is not in the lock: what is in it is.
Status fetch_bundle(const Lock& lock, const Product& product, const GitFetch& how,
                    FetchReport& report) {
  HALLMARK_TRY(const bool came, fetch_git(lock, product, how));
  const std::string path = how.layout.quarantined_bundle(lock.source.tag_object);
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return errno_error(path, "cannot look at");
  report.bytes += static_cast<uint64_t>(info.st_size);
  report.downloaded += came ? 1 : 0;
  ++report.files;
  return ok_status();
}

// A .dsc and its files, or an archive and its signature.
Status verify_source_files(const Lock& lock, const Product& product, const Quarantine& quarantine) {
  HALLMARK_TRY(const std::string keyring, quarantined_keyring(lock.source, quarantine));
  std::vector<UniqueFd> files;
  for (const LockedFile& file : lock.source.files) {
    HALLMARK_TRY(UniqueFd fd, quarantine.open(source_download(file).file));
    files.push_back(std::move(fd));
  }
  return lock.source.kind == OriginKind::kDsc
             ? verify_dsc_source(lock, product, files)
             : verify_tarball_source(lock, product, files, keyring);
}

}  // namespace

Result<LockedRelease> read_locked_release(const std::string& untrusted_lock,
                                          const std::string& product_text) {
  LockedRelease release;
  HALLMARK_TRY(release.product, parse_product(product_text, "product"));
  HALLMARK_TRY(release.lock, parse_lock(untrusted_lock, "lock"));
  HALLMARK_CHECK(check_product(release.lock, release.product, product_text));
  return release;
}

std::vector<PinnedFile> pinned_files(const Lock& lock) {
  std::vector<PinnedFile> out;
  if (lock.source.keyring) out.push_back(keyring_file(*lock.source.keyring));
  for (const LockedEnvironment& environment : lock.environments) {
    for (const LockedArchive& archive : environment.archives) {
      out.push_back(inrelease_file(archive));
    }
  }
  for (Download& download : downloads_of(lock)) out.push_back(std::move(download.file));
  return out;
}

Status verify_pinned_files(const LockedRelease& release, const Quarantine& quarantine,
                           const std::string& apt_folder) {
  HALLMARK_CHECK(verify_archive_chain(release.lock, release.product, quarantine, apt_folder));
  HALLMARK_CHECK(verify_dependencies(release.lock, quarantine));
  if (release.lock.source.kind == OriginKind::kGit) return ok_status();
  return verify_source_files(release.lock, release.product, quarantine);
}

Result<FetchReport> fetch_lock(const std::string& untrusted_lock, const std::string& product_text,
                               const FetchContext& context) {
  HALLMARK_TRY(const LockedRelease release, read_locked_release(untrusted_lock, product_text));
  HALLMARK_TRY(const Proxies proxies, read_proxies());
  HALLMARK_TRY(const WorkFolder work, WorkFolder::open(context.layout.fetch()));
  HALLMARK_TRY(const std::string folder, work.make("downloads"));
  const Quarantine quarantine(context.layout.quarantine());
  Downloader downloader(quarantine, folder, proxies, context.progress);

  const LockedSource& source = release.lock.source;
  HALLMARK_CHECK(admit_keyring(source, context.keyring, quarantine));
  HALLMARK_TRY(const std::string keyring, quarantined_keyring(source, quarantine));
  FetchReport report;
  HALLMARK_CHECK(fetch_files(release.lock, downloader, report));
  HALLMARK_CHECK(verify_pinned_files(release, quarantine, context.apt_folder));
  if (source.kind != OriginKind::kGit) return report;
  HALLMARK_TRY(const std::string git, work.make("git"));
  HALLMARK_CHECK(fetch_bundle(release.lock, release.product,
                              {context.layout, git, proxies.https, keyring}, report));
  return report;
}

}  // namespace hallmark
