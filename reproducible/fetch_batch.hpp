// Several files on their way here at once. Each is judged by whoever asked for it when all of it
// has come; a server in trouble is asked again, and then the batch ends with kRemote.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/wire.hpp"
#include "reproducible/fetch_proxies.hpp"
#include "reproducible/fetch_transfer.hpp"

namespace hallmark {

// A whole file that came, at `path`, with no verdict on it yet.
struct ArrivedFile {
  const UniqueFd& file;  // open for reading and writing
  const std::string& path;
  const std::string& url;
  Sha256Digest sha256;
  uint64_t size = 0;  // bytes
};

struct WantedFile {
  std::string label;              // for messages
  std::vector<std::string> urls;  // the next is asked when one does not have it
  std::string path;               // where to put it: in a folder of ours alone
  uint64_t limit = 0;             // bytes; more end the batch
  std::function<Status(const ArrivedFile&)> take;
};

class DownloadBatch {
 public:
  // What progress counts: bytes, if every file's limit is its size.
  enum class Count { kBytes, kFiles };
  DownloadBatch(const Proxies& proxies, const ProgressSink& progress, Count count);
  ~DownloadBatch();
  DownloadBatch(const DownloadBatch&) = delete;
  DownloadBatch& operator=(const DownloadBatch&) = delete;

  void add(WantedFile wanted);
  // Until all have come, or the first that cannot.
  Status run();

 private:
  struct Job;
  struct MultiDeleter {
    void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
  };

  Status start();
  Status collect();
  std::unique_ptr<Job> take(const CURL* handle);
  Status settle(std::unique_ptr<Job> job, const Transfer::Verdict& verdict);
  Status finish(const Job& job);
  void report(bool last);

  const Proxies& proxies_;
  const ProgressSink& progress_;
  Count count_;
  std::unique_ptr<CURLM, MultiDeleter> multi_;
  std::deque<std::unique_ptr<Job>> waiting_;
  std::vector<std::unique_ptr<Job>> running_;
  uint64_t done_ = 0;
  uint64_t total_ = 0;
  std::chrono::steady_clock::time_point reported_{};
};

}  // namespace hallmark
