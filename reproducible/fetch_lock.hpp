// The request `fetch`: everything that a lock names is brought into quarantine and verified again.
#pragma once

#include <cstdint>
#include <string>

#include "core/result.hpp"
#include "reproducible/fetch_pin.hpp"

namespace hallmark {

struct FetchReport {
  uint64_t files = 0;       // that the lock names
  uint64_t bytes = 0;       // in them
  uint64_t downloaded = 0;  // files that came now; the others were there and right
};

Result<FetchReport> fetch_lock(const std::string& untrusted_lock, const std::string& product_text,
                               const FetchContext& context);

}  // namespace hallmark
