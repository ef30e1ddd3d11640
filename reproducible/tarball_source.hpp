// A product's source as a release archive (tar) that upstream signed: the archive and its detached
// OpenPGP signature.
//
// Nothing is unpacked here. The fetcher and the builder check by this code, each its own copies.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/fd.hpp"
#include "core/model/lock.hpp"
#include "core/model/product.hpp"
#include "core/result.hpp"
#include "reproducible/source_signers.hpp"

namespace hallmark {

// kVerification unless enough of the product's OpenPGP signers have signed the archive, and nobody
// else. `archive` is open for reading; `keyring` has their keys.
Result<NamedSigners> verify_tarball(int archive, std::string_view untrusted_signature,
                                    const Product& product, std::string_view keyring,
                                    const std::string& subject);

// Checks `files`, open in the order of lock.source.files, against the lock; then the signature. The
// release is dated by the earliest of the signatures: the archive's own times are not signed by
// anybody who says when, and reading them would need the archive opened.
Status verify_tarball_source(const Lock& lock, const Product& product,
                             std::span<const UniqueFd> files, std::string_view keyring);

}  // namespace hallmark
