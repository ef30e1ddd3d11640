// How this machine reaches the network, as its apt configuration says (Acquire::http::Proxy,
// Acquire::https::Proxy): the one setting of the machine's apt that the fetcher keeps.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace hallmark {

struct Proxies {
  std::string http;  // empty: none
  std::string https;

  const std::string& for_url(std::string_view url) const {
    return url.starts_with("https:") ? https : http;
  }
};

Result<Proxies> read_proxies();

// The output of `apt-config dump --format "%f %v%n"` for the two settings.
Proxies parse_proxies(std::string_view dump);

}  // namespace hallmark
