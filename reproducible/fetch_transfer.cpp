#include "reproducible/fetch_transfer.hpp"

namespace hallmark {
namespace {

constexpr long kConnectTimeout = 20;  // seconds
constexpr long kSlowTime = 60;        // seconds below kSlowSpeed bytes/s
constexpr long kSlowSpeed = 2048;
// All of a transfer: a server that trickles must not hold the terminal for days.
constexpr uint64_t kPatience = 300;            // seconds for any file, and
constexpr uint64_t kSlowestPace = 16U << 10U;  // bytes/s of what it may be long
constexpr long kMaxRedirects = 3;
constexpr long kHttpOk = 200;
constexpr long kHttpTooMany = 429;
constexpr long kHttpServerTrouble = 500;  // and above

}  // namespace

// Never throws: it is called from C.
std::size_t Transfer::take_bytes(char* data, std::size_t /*one*/, std::size_t size, void* context) {
  Transfer& self = *static_cast<Transfer*>(context);
  self.too_long_ = self.received_ + size > self.limit_;
  if (self.too_long_) return 0;  // ends the transfer
  const std::string_view bytes(data, size);
  self.disk_error_ = !write_all(self.out_.get(), bytes).ok();
  if (self.disk_error_) return 0;
  self.hasher_.update(bytes);
  self.received_ += size;
  return size;
}

Status Transfer::prepare(const std::string& url, const Proxies& proxies) {
  url_ = url;
  handle_.reset(curl_easy_init());
  CURL* handle = handle_.get();
  if (handle == nullptr) return failed(url, "no memory for a transfer");
  curl_easy_setopt(handle, CURLOPT_URL, url_.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https,file");
  curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(handle, CURLOPT_MAXREDIRS, kMaxRedirects);
  curl_easy_setopt(handle, CURLOPT_PROXY, proxies.for_url(url).c_str());
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, kConnectTimeout);
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, kSlowTime);
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, kSlowSpeed);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT, static_cast<long>(kPatience + limit_ / kSlowestPace));
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "hallmark-fetch");
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_bytes);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(handle, CURLOPT_PRIVATE, this);
  return ok_status();
}

Transfer::Verdict Transfer::judge(CURLcode code) const {
  if (too_long_) return {End::kTooLong, "is longer than it should be"};
  if (disk_error_) return {End::kTryAgain, "cannot be written to disk"};
  if (code == CURLE_FILE_COULDNT_READ_FILE) return {End::kNotThere, "is not there"};
  if (code != CURLE_OK) return {End::kTryAgain, curl_easy_strerror(code)};
  long status = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status == kHttpOk || url_.starts_with("file:")) return {};
  const bool trouble = status >= kHttpServerTrouble || status == kHttpTooMany;
  return {trouble ? End::kTryAgain : End::kNotThere,
          "the server says HTTP status " + std::to_string(status)};
}

}  // namespace hallmark
