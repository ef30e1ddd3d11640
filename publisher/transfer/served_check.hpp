// Downloads what a public address serves and compares it with what should be there.
#pragma once

#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "publisher/repository/state.hpp"
#include "publisher/transfer/cache_class.hpp"

namespace hallmark {

class ServedCheck {
 public:
  virtual ~ServedCheck() = default;
  // Every file, from this address, by size and SHA-256. Files that are not as they should be are
  // handed to `on_mismatch`, and the error names the first one: kVerification, or kRemote if the
  // address could not be asked.
  virtual Status compare(const std::string& url, std::span<const ServedFile> files,
                         const std::function<void(const ServedFile&)>& on_good,
                         const std::function<void(const ServedFile&)>& on_mismatch) = 0;
};

// By libcurl, several files at once. Redirects are not followed, caches are asked not to answer,
// and nothing is read beyond the size that a file should have.
class HttpServedCheck : public ServedCheck {
 public:
  Status compare(const std::string& url, std::span<const ServedFile> files,
                 const std::function<void(const ServedFile&)>& on_good,
                 const std::function<void(const ServedFile&)>& on_mismatch) override;

  // Of each address and class of files, the first that it serves with another rule for caches than
  // it should: one line each. A warning, because the files are what they should be.
  const std::vector<std::string>& cache_warnings() const { return cache_warnings_; }

 private:
  void note_caching(const std::string& url, const ServedFile& file,
                    std::string_view untrusted_header);

  std::set<std::pair<std::string, CacheClass>> warned_;
  std::vector<std::string> cache_warnings_;
};

}  // namespace hallmark
