// Which of the OpenPGP keys that a product names have signed its source, and the keyring that they
// are judged by.
//
// The fingerprints are the product file's, the keys themselves the keyring's: a file of the
// releases repository, whose digest is in the lock and whose bytes lie in quarantine.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/lock.hpp"
#include "core/model/product.hpp"
#include "core/result.hpp"
#include "reproducible/quarantine.hpp"
#include "verify/openpgp_status.hpp"

namespace hallmark {

struct NamedSigners {
  std::set<std::string> fingerprints;  // of primary keys
  int64_t first_signed = 0;            // the earliest of their signatures, seconds since 1970
};

// kVerification: a good signature is by a key that is not named. `good` is not empty.
Result<NamedSigners> named_signers(const std::vector<OpenPgpSignature>& good,
                                   const std::vector<std::string>& named,
                                   const std::string& subject);

// kVerification: fewer keys than `threshold` signed.
Status enough_signers(std::size_t signers, uint64_t threshold, const std::string& subject);

// What a lock says of the keyring; nullopt: the product names no OpenPGP keys. kFailed: it names
// some, and `keyring` is no armoured keyring of at most 1 MiB.
Result<std::optional<LockedKeyring>> lock_keyring(const Product& product, std::string_view keyring);

// What a lock's keyring is in quarantine.
PinnedFile keyring_file(const LockedKeyring& keyring);
// The keyring of the lock, from quarantine; empty where the lock has none.
Result<std::string> quarantined_keyring(const LockedSource& source, const Quarantine& quarantine);

// For the fetcher: puts what a request brought into quarantine. An empty `keyring` is none.
Status admit_keyring(const LockedSource& source, std::string_view keyring,
                     const Quarantine& quarantine);

}  // namespace hallmark
