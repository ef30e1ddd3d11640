#include "publisher/transfer/cache_class.hpp"

#include <algorithm>
#include <cctype>

namespace hallmark {
namespace {

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

// Among the header's directives, which stand between commas.
bool has_directive(const std::string& header, std::string_view directive) {
  for (std::size_t begin = 0; begin <= header.size();) {
    const std::size_t end = std::min(header.find(',', begin), header.size());
    std::string_view one = std::string_view(header).substr(begin, end - begin);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (one == directive) return true;
    begin = end + 1;
  }
  return false;
}

}  // namespace

CacheClass cache_class(const std::string& path) {
  const bool by_hash =
      path.starts_with("dists/") && path.find("/by-hash/SHA256/") != std::string::npos;
  const bool tile = path.starts_with("log/") && path.find("/tile/") != std::string::npos;
  const bool names_apps = path.starts_with("apk/entry.") || path == "apk/index.html";
  const bool versioned = path.starts_with("pool/") || (path.starts_with("apk/") && !names_apps);
  return by_hash || tile || versioned ? CacheClass::kImmutable : CacheClass::kNoCache;
}

const char* cache_control(CacheClass wanted) {
  return wanted == CacheClass::kImmutable ? "public, max-age=31536000, immutable" : "no-cache";
}

bool is_served_as(CacheClass wanted, std::string_view untrusted_header) {
  const std::string header = lower_case(untrusted_header);
  const bool always_asks = has_directive(header, "no-cache") || has_directive(header, "no-store");
  const bool stale_at_once = has_directive(header, "max-age=0");
  if (wanted == CacheClass::kImmutable) {
    return has_directive(header, "immutable") && !always_asks && !stale_at_once;
  }
  // Rules of their own for caches that many share, and leave to serve what is stale.
  const bool with_exceptions =
      header.find("s-maxage=") != std::string::npos || header.find("stale-") != std::string::npos;
  return always_asks || (stale_at_once && !with_exceptions);
}

}  // namespace hallmark
