#include "reproducible/fetch_batch.hpp"

namespace hallmark {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kAtOnce = 8;
constexpr int kPollTime = 500;  // milliseconds
constexpr std::chrono::milliseconds kReportEvery{250};

}  // namespace

// A wanted file, and how its getting is going.
struct DownloadBatch::Job {
  WantedFile wanted;
  std::size_t url = 0;
  int attempts = 0;
  std::unique_ptr<Transfer> transfer;

  const std::string& address() const { return wanted.urls[url]; }
};

DownloadBatch::DownloadBatch(const Proxies& proxies, const ProgressSink& progress, Count count)
    : proxies_(proxies), progress_(progress), count_(count) {}

DownloadBatch::~DownloadBatch() {
  for (const auto& job : running_) {
    curl_multi_remove_handle(multi_.get(), job->transfer->handle());
  }
}

void DownloadBatch::add(WantedFile wanted) {
  total_ += count_ == Count::kBytes ? wanted.limit : 1;
  auto job = std::make_unique<Job>();
  job->wanted = std::move(wanted);
  waiting_.push_back(std::move(job));
}

Status DownloadBatch::run() {
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

Status DownloadBatch::start() {
  std::unique_ptr<Job> job = std::move(waiting_.front());
  waiting_.pop_front();
  const WantedFile& wanted = job->wanted;
  if (wanted.urls.empty()) return failed(wanted.label, "has no address to come from");
  HALLMARK_TRY(UniqueFd out,
               open_at(AT_FDCWD, wanted.path, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600));
  job->transfer = std::make_unique<Transfer>(std::move(out), wanted.limit);
  HALLMARK_CHECK(job->transfer->prepare(job->address(), proxies_));
  curl_multi_add_handle(multi_.get(), job->transfer->handle());
  running_.push_back(std::move(job));
  return ok_status();
}

Status DownloadBatch::collect() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    std::unique_ptr<Job> job = take(message->easy_handle);
    if (!job) continue;  // libcurl names only handles that it was given
    const Transfer::Verdict verdict = job->transfer->judge(code);
    curl_multi_remove_handle(multi_.get(), job->transfer->handle());
    HALLMARK_CHECK(settle(std::move(job), verdict));
  }
  return ok_status();
}

std::unique_ptr<DownloadBatch::Job> DownloadBatch::take(const CURL* handle) {
  for (auto& slot : running_) {
    if (slot->transfer->handle() != handle) continue;
    std::unique_ptr<Job> job = std::move(slot);
    slot = std::move(running_.back());
    running_.pop_back();
    return job;
  }
  return nullptr;
}

Status DownloadBatch::settle(std::unique_ptr<Job> job, const Transfer::Verdict& verdict) {
  using End = Transfer::End;
  if (verdict.end == End::kTooLong) {
    return verification_error(job->wanted.label, verdict.cause, "it came from " + job->address());
  }
  if (verdict.end == End::kDone) return finish(*job);
  const bool next_url = verdict.end == End::kNotThere && job->url + 1 < job->wanted.urls.size();
  if (next_url) {
    ++job->url;
  } else if (verdict.end == End::kNotThere || ++job->attempts == kTransferAttempts) {
    return remote_error(job->address(), verdict.cause, "it is safe to run again");
  }
  job->transfer.reset();
  waiting_.push_back(std::move(job));
  return ok_status();
}

Status DownloadBatch::finish(const Job& job) {
  const uint64_t size = job.transfer->received();
  done_ += count_ == Count::kBytes ? size : 1;
  return job.wanted.take(
      {job.transfer->file(), job.wanted.path, job.address(), job.transfer->finish_digest(), size});
}

void DownloadBatch::report(bool last) {
  if (!progress_ || (!last && Clock::now() - reported_ < kReportEvery)) return;
  reported_ = Clock::now();
  uint64_t done = done_;
  if (count_ == Count::kBytes) {
    for (const auto& job : running_) done += job->transfer->received();
  }
  progress_(Json{{"step", "download"},
                 {"done", done},
                 {"total", total_},
                 {"unit", count_ == Count::kBytes ? "bytes" : "files"}});
}

}  // namespace hallmark
