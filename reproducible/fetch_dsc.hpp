// Pinning a Debian source package: from a signed Sources index to a verified .dsc and its files.
#pragma once

#include <string>

#include "core/model/lock.hpp"
#include "core/model/product.hpp"
#include "core/result.hpp"
#include "reproducible/dsc_source.hpp"
#include "reproducible/fetch_archives.hpp"
#include "reproducible/fetch_download.hpp"

namespace hallmark {

struct PinnedDsc {
  LockedSource source;
  VerifiedDsc dsc;
};

Result<PinnedDsc> pin_dsc(const Product& product, const std::string& version,
                          const Archives& archives, Downloader& downloader);

// The fields Build-Depends, Build-Conflicts and their like, as control data.
std::string build_fields(const VerifiedDsc& dsc, const std::vector<std::string>& also);

Download source_download(const LockedFile& file);

}  // namespace hallmark
