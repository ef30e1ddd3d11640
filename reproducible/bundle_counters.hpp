// ROOT/fetch/bundles.json: this state folder's own exporter, and of each other one the highest
// counter of which everything was imported (docs/formats.md, "Bundle").
//
// It keeps people from importing an old medium by mistake, and no more: a manifest is signed by
// nobody. What comes in is judged by the locks.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/model/bundle.hpp"
#include "core/result.hpp"

namespace hallmark {

struct BundleNumber {
  ExporterId exporter;
  uint64_t counter = 0;
};

class BundleCounters {
 public:
  // Nothing is known yet where the file is not there. `folder` is ROOT/fetch, and is locked while
  // this object lives (fetch_work.hpp).
  static Result<BundleCounters> load(const std::string& folder);

  // The number of the next bundle that is exported here; on disk on return, and never given again.
  Result<BundleNumber> next();

  // kVerification: all of this bundle, or of a later one, was imported already.
  Status check_new(const BundleNumber& number) const;
  // All of it was imported; on disk on return.
  Status remember(const BundleNumber& number);

 private:
  explicit BundleCounters(std::string folder) : folder_(std::move(folder)) {}
  Status read(const std::string& text, const std::string& path);
  Status save() const;

  std::string folder_;
  std::optional<BundleNumber> own_;  // the last exported one
  std::map<ExporterId, uint64_t> imported_;
};

}  // namespace hallmark
