// One file on its way here by libcurl: http, https or file; redirected at most three times, to http
// or https; given up when it stalls for a minute or grows beyond what was announced.
#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/digest.hpp"
#include "core/fd.hpp"
#include "core/result.hpp"
#include "reproducible/fetch_proxies.hpp"

namespace hallmark {

// How often a server in trouble is asked for one file.
constexpr int kTransferAttempts = 4;

class Transfer {
 public:
  // Appends what comes to the file; more than `limit` bytes end the transfer.
  Transfer(UniqueFd out, uint64_t limit) : out_(std::move(out)), limit_(limit) {}
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  Status prepare(const std::string& url, const Proxies& proxies);
  CURL* handle() const { return handle_.get(); }

  // What a finished transfer came to. Not ok: kRemote.
  enum class End { kDone, kNotThere, kTryAgain, kTooLong };
  struct Verdict {
    End end = End::kDone;
    std::string cause;
  };
  Verdict judge(CURLcode code) const;

  uint64_t received() const { return received_; }
  Sha256Digest finish_digest() { return hasher_.finish(); }
  const UniqueFd& file() const { return out_; }

 private:
  struct HandleDeleter {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };
  static std::size_t take_bytes(char* data, std::size_t one, std::size_t size, void* context);

  UniqueFd out_;
  uint64_t limit_;
  std::string url_;
  std::unique_ptr<CURL, HandleDeleter> handle_;
  Sha256Hasher hasher_;
  uint64_t received_ = 0;
  bool too_long_ = false;
  bool disk_error_ = false;
};

}  // namespace hallmark
