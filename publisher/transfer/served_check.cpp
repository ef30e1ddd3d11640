#include "publisher/transfer/served_check.hpp"

#include "publisher/transfer/served_downloads.hpp"

namespace hallmark {

Status HttpServedCheck::compare(const std::string& url, std::span<const ServedFile> files,
                                const std::function<void(const ServedFile&)>& on_good,
                                const std::function<void(const ServedFile&)>& on_mismatch) {
  std::vector<WantedFile> wanted;
  for (const ServedFile& file : files) wanted.push_back({file});
  return download_all(url, wanted, {on_good, on_mismatch});
}

}  // namespace hallmark
