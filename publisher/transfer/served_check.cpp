#include "publisher/transfer/served_check.hpp"

#include <algorithm>

#include "publisher/transfer/served_downloads.hpp"

namespace hallmark {

Status HttpServedCheck::compare(const std::string& url, std::span<const ServedFile> files,
                                const std::function<void(const ServedFile&)>& on_good,
                                const std::function<void(const ServedFile&)>& on_mismatch) {
  std::vector<WantedFile> wanted;
  for (const ServedFile& file : files) wanted.push_back({file});
  return download_all(
      url, wanted,
      {on_good, on_mismatch, [&](const ServedFile& file, std::string_view untrusted_header) {
         note_caching(url, file, untrusted_header);
       }});
}

void HttpServedCheck::note_caching(const std::string& url, const ServedFile& file,
                                   std::string_view untrusted_header) {
  constexpr std::size_t kMaxShown = 200;
  const CacheClass wanted = cache_class(file.path);
  if (is_served_as(wanted, untrusted_header) || !warned_.insert({url, wanted}).second) return;
  std::string shown(untrusted_header.substr(0, kMaxShown));
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  cache_warnings_.push_back(url + "/" + file.path + " is served with Cache-Control '" + shown +
                            "', and should be with '" + cache_control(wanted) + "'");
}

}  // namespace hallmark
