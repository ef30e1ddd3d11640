// A Debian source package: the .dsc that a developer signed, and the files that it names.
//
// Source: deb-src dsc(5). Nothing is unpacked here. The fetcher and the builder check by this code,
// each its own copies.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/deb822.hpp"
#include "core/fd.hpp"
#include "core/model/lock.hpp"
#include "core/model/product.hpp"
#include "core/result.hpp"
#include "verify/dsc_lists.hpp"

namespace hallmark {

struct VerifiedDsc {
  std::string package;
  std::string version;
  std::string signer;             // fingerprint of a key of the keyrings that signed it
  int64_t signed_at = 0;          // seconds since 1970, as the signer says
  std::vector<SourceFile> files;  // all but the .dsc itself
  Deb822Paragraph control;        // every field of the signed text
};

// kVerification unless it is signed by a key of the keyrings that was valid at that time.
Result<VerifiedDsc> verify_dsc(std::string_view untrusted_text,
                               const std::vector<std::string>& keyrings,
                               const std::string& subject);

// The keyrings whose keys may sign the product's .dsc files: the product's own, or those of
// Debian's developers and maintainers (package debian-keyring).
Result<std::vector<std::string>> dsc_keyrings(const Product& product);

// Checks `files`, open in the order of lock.source.files, against the lock; then the .dsc's
// signature; then that the .dsc names just those files.
Status verify_dsc_source(const Lock& lock, const Product& product, std::span<const UniqueFd> files);

}  // namespace hallmark
