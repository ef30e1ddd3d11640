#include "reproducible/fetch_download.hpp"

#include <unistd.h>

#include <memory>
#include <set>

#include "reproducible/archive_chain.hpp"
#include "reproducible/fetch_batch.hpp"
#include "reproducible/fetch_transfer.hpp"

namespace hallmark {
namespace {

// One address until it answers, at most a few times; `open` gives the file to write to.
Result<std::unique_ptr<Transfer>> transfer_whole(const std::string& url, const Proxies& proxies,
                                                 uint64_t limit,
                                                 const std::function<Result<UniqueFd>()>& open) {
  Transfer::Verdict verdict;
  for (int attempt = 0; attempt < kTransferAttempts; ++attempt) {
    HALLMARK_TRY(UniqueFd out, open());
    auto transfer = std::make_unique<Transfer>(std::move(out), limit);
    HALLMARK_CHECK(transfer->prepare(url, proxies));
    verdict = transfer->judge(curl_easy_perform(transfer->handle()));
    if (verdict.end == Transfer::End::kDone) return transfer;
    if (verdict.end != Transfer::End::kTryAgain) break;
  }
  return remote_error(url, verdict.cause, "it is safe to run again");
}

}  // namespace

std::string address_of(const std::string& url_or_path) {
  return url_or_path.starts_with('/') ? "file://" + url_or_path : url_or_path;
}

Download index_download(const LockedArchive& archive, const LockedIndex& index) {
  const std::size_t slash = index.path.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : index.path.substr(0, slash + 1);
  return {index_file(archive, index),
          {archive_url(archive, folder + "by-hash/SHA256/" + index.sha256.hex()),
           archive_url(archive, index.path)}};
}

Downloader::Downloader(Quarantine quarantine, std::string work, Proxies proxies,
                       ProgressSink progress)
    : quarantine_(std::move(quarantine)),
      work_(std::move(work)),
      proxies_(std::move(proxies)),
      progress_(std::move(progress)) {}

Result<std::size_t> Downloader::fetch(const std::vector<Download>& wanted) {
  DownloadBatch batch(proxies_, progress_, DownloadBatch::Count::kBytes);
  std::set<Sha256Digest> coming;
  for (const Download& download : wanted) {
    HALLMARK_TRY(const bool here, quarantine_.holds(download.file));
    if (here || !coming.insert(download.file.sha256).second) continue;
    const auto take = [this, &file = download.file](const ArrivedFile& arrived) -> Status {
      if (arrived.size == file.size && arrived.sha256 == file.sha256) {
        return quarantine_.admit(arrived.file, arrived.path, file.sha256);
      }
      return verification_error(
          file.label,
          "has sha256 " + arrived.sha256.hex() + ", and " + file.sha256.hex() + " is pinned",
          "it came from " + arrived.url);
    };
    batch.add({download.file.label, download.urls, work_ + "/" + download.file.sha256.hex(),
               download.file.size, take});
  }
  if (!coming.empty()) HALLMARK_CHECK(batch.run());
  return coming.size();
}

Status Downloader::fetch_all_new(const std::vector<NewFile>& wanted, const TakeNew& verify) {
  DownloadBatch batch(proxies_, progress_, DownloadBatch::Count::kFiles);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const NewFile& file = wanted[i];
    const auto take = [this, i, &verify](const ArrivedFile& arrived) -> Status {
      HALLMARK_CHECK(verify(i, arrived.file.get(), {arrived.sha256, arrived.size}));
      return quarantine_.admit(arrived.file, arrived.path, arrived.sha256);
    };
    batch.add({file.label,
               {address_of(file.url)},
               work_ + "/new-" + std::to_string(i),
               file.limit,
               take});
  }
  return wanted.empty() ? ok_status() : batch.run();
}

Result<std::string> Downloader::fetch_unpinned(const std::string& url, uint64_t limit) {
  HALLMARK_TRY(const auto transfer,
               transfer_whole(url, proxies_, limit, [this] { return unnamed_file(work_); }));
  return read_all(transfer->file().get(), limit, url);
}

Result<FetchedFile> Downloader::fetch_new(const std::string& url, uint64_t limit) {
  const std::string path = work_ + "/new-" + sha256(url).hex();
  HALLMARK_TRY(const auto transfer, transfer_whole(url, proxies_, limit, [&path] {
                 return open_at(AT_FDCWD, path, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600);
               }));
  HALLMARK_TRY(UniqueFd file, open_at(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW));
  return FetchedFile{std::move(file), path, {transfer->finish_digest(), transfer->received()}};
}

Status Downloader::keep(const FetchedFile& verified) const {
  return quarantine_.admit(verified.file, verified.path, verified.digest.sha256);
}

}  // namespace hallmark
