#include "publisher/transfer/served_downloads.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "core/digest.hpp"
#include "core/fd.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kAtOnce = 16;
constexpr long kConnectTimeout = 15;  // seconds
constexpr long kSlowTime = 60;        // seconds below kSlowSpeed bytes/s
constexpr long kSlowSpeed = 2048;
constexpr long kHttpOk = 200;
constexpr long kHttpServerTrouble = 500;  // and above
constexpr int kPollTime = 1000;           // milliseconds

struct EasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct MultiDeleter {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Headers = std::unique_ptr<curl_slist, ListDeleter>;

std::string escaped(const std::string& part) {
  char* raw = curl_easy_escape(nullptr, part.c_str(), static_cast<int>(part.size()));
  std::string out = raw != nullptr ? raw : "";
  curl_free(raw);
  return out;
}

std::string url_of(const std::string& base, const std::string& path) {
  std::string out = base;
  while (out.ends_with("/")) out.pop_back();
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    out += "/" + escaped(path.substr(start, end - start));
    start = end + 1;
  }
  return out;
}

// One file on its way to us.
struct Download {
  const WantedFile* wanted = nullptr;
  std::string url;
  std::unique_ptr<CURL, EasyDeleter> handle;
  Sha256Hasher hasher;
  uint64_t received = 0;
  bool too_long = false;
  std::optional<Error> write_trouble;  // of the copy
};

// Never throws: it is called from C.
std::size_t take_bytes(char* data, std::size_t, std::size_t size, void* context) {
  Download& download = *static_cast<Download*>(context);
  download.received += size;
  download.too_long = download.received > download.wanted->file.size;
  if (download.too_long) return 0;  // ends the transfer
  const std::string_view bytes(data, size);
  download.hasher.update(bytes);
  if (download.wanted->copy_to < 0) return size;
  const Status written = write_all(download.wanted->copy_to, bytes);
  if (written.ok()) return size;
  download.write_trouble = written.error();
  return 0;
}

std::unique_ptr<Download> make_download(const std::string& base, const WantedFile& wanted,
                                        curl_slist* headers) {
  auto download = std::make_unique<Download>();
  download->wanted = &wanted;
  download->url = url_of(base, wanted.file.path);
  download->handle.reset(curl_easy_init());
  CURL* handle = download->handle.get();
  if (handle == nullptr) return nullptr;
  curl_easy_setopt(handle, CURLOPT_URL, download->url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_PROXY, "");  // the environment has no say in what we see
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, kConnectTimeout);
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, kSlowTime);
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, kSlowSpeed);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_bytes);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, download.get());
  curl_easy_setopt(handle, CURLOPT_PRIVATE, download.get());
  return download;
}

// What a finished download proves.
Status judge(Download& download, CURLcode code) {
  const WantedFile& wanted = *download.wanted;
  const ServedFile& file = wanted.file;
  if (download.write_trouble) return *download.write_trouble;
  long http = 0;
  curl_easy_getinfo(download.handle.get(), CURLINFO_RESPONSE_CODE, &http);
  if (code != CURLE_OK && !download.too_long) {
    return remote_error(download.url,
                        std::string("cannot download it: ") + curl_easy_strerror(code),
                        "it is safe to run again");
  }
  const std::string expected = std::string("expected ") + (wanted.size_is_limit ? "at most " : "") +
                               std::to_string(file.size) + " bytes with sha256 " +
                               file.sha256.hex() + ", got ";
  if (http >= kHttpServerTrouble) {
    return remote_error(download.url, "the server says HTTP status " + std::to_string(http));
  }
  if (http != kHttpOk) {
    return verification_error(download.url, expected + "HTTP status " + std::to_string(http));
  }
  if (download.too_long) return verification_error(download.url, expected + "more bytes");
  const Sha256Digest got = download.hasher.finish();
  const bool size_fits = wanted.size_is_limit || download.received == file.size;
  if (size_fits && got == file.sha256) return ok_status();
  return verification_error(
      download.url, expected + std::to_string(download.received) + " bytes with " + got.hex(),
      "do not announce this release; find out who changed what this address serves");
}

// All such headers of the answer, as one.
std::string cache_control_of(CURL* handle) {
  std::string out;
  struct curl_header* header = nullptr;
  for (std::size_t i = 0;
       curl_easy_header(handle, "Cache-Control", i, CURLH_HEADER, -1, &header) == CURLHE_OK; ++i) {
    out += (out.empty() ? "" : ", ") + std::string(header->value);
  }
  return out;
}

class Downloads {
 public:
  Status run(const std::string& base, std::span<const WantedFile> files,
             const DownloadVerdicts& verdicts) {
    headers_.reset(curl_slist_append(nullptr, "Cache-Control: no-cache"));
    multi_.reset(curl_multi_init());
    if (!headers_ || !multi_) return failed("libcurl", "cannot start");
    curl_multi_setopt(multi_.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS, static_cast<long>(kAtOnce));
    std::size_t next = 0;
    while (next < files.size() || !running_.empty()) {
      while (next < files.size() && running_.size() < kAtOnce) {
        HALLMARK_CHECK(start(base, files[next++]));
      }
      int still_running = 0;
      curl_multi_perform(multi_.get(), &still_running);
      collect(verdicts);
      // An unreachable address would fail for every file alike, each after its own time-out.
      if (first_error_ && first_error_->kind == ErrorKind::kRemote) break;
      if (still_running > 0) curl_multi_poll(multi_.get(), nullptr, 0, kPollTime, nullptr);
    }
    for (const auto& download : running_) {
      curl_multi_remove_handle(multi_.get(), download->handle.get());
    }
    if (first_error_) return *first_error_;
    return ok_status();
  }

 private:
  Status start(const std::string& base, const WantedFile& wanted) {
    std::unique_ptr<Download> download = make_download(base, wanted, headers_.get());
    if (!download || curl_multi_add_handle(multi_.get(), download->handle.get()) != CURLM_OK) {
      return failed("libcurl", "cannot start a download");
    }
    running_.push_back(std::move(download));
    return ok_status();
  }

  void collect(const DownloadVerdicts& verdicts) {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      char* context = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &context);
      Download& download = *reinterpret_cast<Download*>(context);
      const Status verdict = judge(download, message->data.result);
      if (verdict.ok()) {
        verdicts.on_good(download.wanted->file);
        if (verdicts.on_cache_control) {
          verdicts.on_cache_control(download.wanted->file, cache_control_of(download.handle.get()));
        }
      } else {
        if (verdict.error().kind == ErrorKind::kVerification) {
          verdicts.on_mismatch(download.wanted->file);
        }
        if (!first_error_) first_error_ = verdict.error();
      }
      curl_multi_remove_handle(multi_.get(), download.handle.get());
      std::erase_if(running_, [&](const auto& one) { return one.get() == &download; });
    }
  }

  Headers headers_;
  std::unique_ptr<CURLM, MultiDeleter> multi_;
  std::vector<std::unique_ptr<Download>> running_;
  std::optional<Error> first_error_;
};

}  // namespace

Status download_all(const std::string& address, std::span<const WantedFile> files,
                    const DownloadVerdicts& verdicts) {
  Downloads downloads;
  return downloads.run(address, files, verdicts);
}

}  // namespace hallmark
