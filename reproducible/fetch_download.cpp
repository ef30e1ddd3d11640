#include "reproducible/fetch_download.hpp"

#include <unistd.h>

#include <chrono>
#include <deque>
#include <memory>
#include <set>

#include "reproducible/archive_chain.hpp"
#include "reproducible/fetch_transfer.hpp"

namespace hallmark {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kAtOnce = 8;
constexpr int kAttempts = 4;
constexpr int kPollTime = 500;  // milliseconds
constexpr std::chrono::milliseconds kReportEvery{250};

struct MultiDeleter {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};

// A wanted file, and how its getting is going.
struct Job {
  const Download* download = nullptr;
  std::size_t url = 0;
  int attempts = 0;
  std::string path;
  std::unique_ptr<Transfer> transfer;
};

Error wrong_bytes(const Job& job, const std::string& cause) {
  return verification_error(job.download->file.label, cause,
                            "it came from " + job.download->urls[job.url]);
}

// One call of Downloader::fetch.
class Batch {
 public:
  Batch(const Quarantine& quarantine, std::string work, const Proxies& proxies,
        const ProgressSink& progress)
      : quarantine_(quarantine), work_(std::move(work)), proxies_(proxies), progress_(progress) {}

  void add(const Download& download) {
    Job job;
    job.download = &download;
    job.path = work_ + "/" + download.file.sha256.hex();
    waiting_.push_back(std::move(job));
    total_ += download.file.size;
  }

  Status run() {
    multi_.reset(curl_multi_init());
    if (!multi_) return failed("download", "no memory for transfers");
    while (!waiting_.empty() || !running_.empty()) {
      while (!waiting_.empty() && running_.size() < kAtOnce) HALLMARK_CHECK(start());
      int active = 0;
      curl_multi_perform(multi_.get(), &active);
      HALLMARK_CHECK(collect());
      report(false);
      if (active > 0) curl_multi_poll(multi_.get(), nullptr, 0, kPollTime, nullptr);
    }
    report(true);
    return ok_status();
  }

  ~Batch() {
    for (const auto& job : running_)
      curl_multi_remove_handle(multi_.get(), job->transfer->handle());
  }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

 private:
  Status start() {
    auto job = std::make_unique<Job>(std::move(waiting_.front()));
    waiting_.pop_front();
    HALLMARK_TRY(UniqueFd out,
                 open_at(AT_FDCWD, job->path, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600));
    job->transfer = std::make_unique<Transfer>(std::move(out), job->download->file.size);
    HALLMARK_CHECK(job->transfer->prepare(job->download->urls[job->url], proxies_));
    curl_multi_add_handle(multi_.get(), job->transfer->handle());
    running_.push_back(std::move(job));
    return ok_status();
  }

  Status collect() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      std::unique_ptr<Job> job = take(message->easy_handle);
      const Transfer::Verdict verdict = job->transfer->judge(code);
      curl_multi_remove_handle(multi_.get(), job->transfer->handle());
      HALLMARK_CHECK(settle(*job, verdict));
    }
    return ok_status();
  }

  std::unique_ptr<Job> take(const CURL* handle) {
    for (auto& slot : running_) {
      if (slot->transfer->handle() != handle) continue;
      std::unique_ptr<Job> job = std::move(slot);
      slot = std::move(running_.back());
      running_.pop_back();
      return job;
    }
    return std::make_unique<Job>();  // libcurl names only handles that it was given
  }

  Status settle(Job& job, const Transfer::Verdict& verdict) {
    using End = Transfer::End;
    if (verdict.end == End::kTooLong) return wrong_bytes(job, verdict.cause);
    if (verdict.end == End::kDone) return finish(job);
    const bool next_url = verdict.end == End::kNotThere && job.url + 1 < job.download->urls.size();
    if (next_url) ++job.url;
    if (!next_url && (verdict.end == End::kNotThere || ++job.attempts == kAttempts)) {
      return remote_error(job.download->urls[job.url], verdict.cause, "it is safe to run again");
    }
    job.transfer.reset();
    waiting_.push_back(std::move(job));
    return ok_status();
  }

  Status finish(Job& job) {
    const PinnedFile& file = job.download->file;
    const Sha256Digest got = job.transfer->finish_digest();
    if (job.transfer->received() != file.size || got != file.sha256) {
      return wrong_bytes(job,
                         "has sha256 " + got.hex() + ", and " + file.sha256.hex() + " is pinned");
    }
    done_ += file.size;
    return quarantine_.admit(job.transfer->file(), job.path, file.sha256);
  }

  void report(bool last) {
    if (!progress_ || (!last && Clock::now() - reported_ < kReportEvery)) return;
    reported_ = Clock::now();
    uint64_t bytes = done_;
    for (const auto& job : running_) bytes += job->transfer->received();
    progress_(Json{{"step", "download"}, {"done", bytes}, {"total", total_}, {"unit", "bytes"}});
  }

  const Quarantine& quarantine_;
  std::string work_;
  const Proxies& proxies_;
  const ProgressSink& progress_;
  std::unique_ptr<CURLM, MultiDeleter> multi_;
  std::deque<Job> waiting_;
  std::vector<std::unique_ptr<Job>> running_;
  uint64_t done_ = 0;
  uint64_t total_ = 0;
  Clock::time_point reported_{};
};

// One address until it answers, at most a few times; `open` gives the file to write to.
Result<std::unique_ptr<Transfer>> transfer_whole(const std::string& url, const Proxies& proxies,
                                                 uint64_t limit,
                                                 const std::function<Result<UniqueFd>()>& open) {
  Transfer::Verdict verdict;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
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
  Batch batch(quarantine_, work_, proxies_, progress_);
  std::set<Sha256Digest> coming;
  for (const Download& download : wanted) {
    HALLMARK_TRY(const bool here, quarantine_.holds(download.file));
    if (here || !coming.insert(download.file.sha256).second) continue;
    if (download.urls.empty()) return failed(download.file.label, "has no address to come from");
    batch.add(download);
  }
  if (!coming.empty()) HALLMARK_CHECK(batch.run());
  return coming.size();
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
