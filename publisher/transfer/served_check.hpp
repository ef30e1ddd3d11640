// Downloads what a public address serves and compares it with what should be there.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "core/result.hpp"
#include "publisher/repository/state.hpp"

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
};

}  // namespace hallmark
