// The requests about bundles: what the fetch of some locks would download, out of one quarantine
// and into another, on media. No network.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/bundle.hpp"
#include "core/result.hpp"
#include "reproducible/bundle_media.hpp"
#include "reproducible/fetch_pin.hpp"

namespace hallmark {

// The texts of a lock and of its product.
struct ReleaseTexts {
  std::string lock;
  std::string product;
};

// Verifies, as `fetch` does, everything that the locks name, and gives it the next number.
// Whoever asked copies the files out of quarantine: it is readable for all.
Result<BundleManifest> export_bundle(const std::vector<ReleaseTexts>& releases,
                                     const FetchContext& context);

struct ImportReport {
  uint64_t files = 0;    // in the bundle
  uint64_t bytes = 0;    // in them
  uint64_t already = 0;  // files that were in quarantine before
};

// Brings a bundle's files into quarantine. It must be of exactly these locks, and of all that they
// name; each file is judged as if it had been downloaded. A bundle that was imported is refused,
// one that was imported in part goes on.
Result<ImportReport> import_bundle(const BundleMedia& untrusted_media,
                                   const std::vector<ReleaseTexts>& releases,
                                   const FetchContext& context);

}  // namespace hallmark
