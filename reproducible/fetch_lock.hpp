// The request `fetch`: everything that a lock names is brought into quarantine and verified again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "reproducible/fetch_pin.hpp"
#include "reproducible/quarantine.hpp"

namespace hallmark {

// A lock and its product, from the texts of those files. kVerification: it is not the lock's.
struct LockedRelease {
  Lock lock;
  Product product;
};
Result<LockedRelease> read_locked_release(const std::string& untrusted_lock,
                                          const std::string& product_text);

// Every file whose digest is in the lock: all but the bundle of a git source.
std::vector<PinnedFile> pinned_files(const Lock& lock);

// That these files, which are in quarantine, prove to be what they should be: packages by the
// archives' signatures, a source by its signers'; but for a git source.
Status verify_pinned_files(const LockedRelease& release, const Quarantine& quarantine,
                           const std::string& apt_folder);

struct FetchReport {
  uint64_t files = 0;       // that the lock names
  uint64_t bytes = 0;       // in them
  uint64_t downloaded = 0;  // files that came now; the others were there and right
};

Result<FetchReport> fetch_lock(const std::string& untrusted_lock, const std::string& product_text,
                               const FetchContext& context);

}  // namespace hallmark
