#include "publisher/transfer/small_download.hpp"

#include <curl/curl.h>

#include <memory>

namespace hallmark {
namespace {

constexpr long kConnectTimeout = 5;  // seconds: a closed window must not hold up what is signed
constexpr long kTimeout = 20;        // seconds
constexpr long kHttpOk = 200;
constexpr long kHttpNotFound = 404;

struct EasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

struct Received {
  std::string bytes;
  std::size_t limit = 0;
};

// Never throws but for want of memory, which ends the program: it is called from C.
std::size_t take_bytes(char* data, std::size_t, std::size_t size, void* context) {
  Received& received = *static_cast<Received*>(context);
  if (received.bytes.size() + size > received.limit) return 0;  // ends the transfer
  received.bytes.append(data, size);
  return size;
}

}  // namespace

Result<std::optional<std::string>> download_small(const std::string& url, std::size_t limit) {
  const std::unique_ptr<CURL, EasyDeleter> handle(curl_easy_init());
  const std::unique_ptr<curl_slist, ListDeleter> headers(
      curl_slist_append(nullptr, "Cache-Control: no-cache"));
  if (!handle || !headers) return failed("libcurl", "cannot start");
  Received received{"", limit};
  curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle.get(), CURLOPT_CONNECTTIMEOUT, kConnectTimeout);
  curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT, kTimeout);
  curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, take_bytes);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &received);
  const CURLcode code = curl_easy_perform(handle.get());
  long http = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &http);
  if (http == kHttpNotFound) return std::optional<std::string>();
  if (code != CURLE_OK) return remote_error(url, curl_easy_strerror(code));
  if (http != kHttpOk) return remote_error(url, "answers HTTP status " + std::to_string(http));
  return std::optional<std::string>(std::move(received.bytes));
}

}  // namespace hallmark
