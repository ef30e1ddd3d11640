// Pinning a release archive: it and its signature come, are verified, and go into quarantine.
#pragma once

#include <string>
#include <string_view>

#include "core/model/lock.hpp"
#include "core/model/product.hpp"
#include "core/result.hpp"
#include "reproducible/fetch_download.hpp"

namespace hallmark {

struct PinnedTarball {
  LockedSource source;
  int64_t signed_at = 0;  // seconds since 1970
};

Result<PinnedTarball> pin_tarball(const Product& product, const std::string& version,
                                  std::string_view keyring, Downloader& downloader);

// The package that unpacks such an archive and is not essential; empty: none is needed.
std::string unpacker_of(const std::string& archive_url);

}  // namespace hallmark
