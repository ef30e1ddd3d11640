// The requests that hallmark-fetch answers, read and checked. docs/formats.md describes them.
//
//   pin {product, version, keyring?}        fetch {lock, product, keyring?}
//   updates {lock, product}
//   export-bundle {releases}                releases: [{lock, product}]
//   bundle-contents {} and a descriptor     import-bundle {releases} and a descriptor
//
// lock and product are the texts of those files, as strangers hand them in.
#pragma once

#include <string>
#include <vector>

#include "core/json.hpp"
#include "core/result.hpp"
#include "reproducible/fetch_bundle.hpp"

namespace hallmark {

struct FetchRequest {
  std::string type;
  std::string product;
  std::string version;  // pin
  std::string lock;     // fetch, updates
  std::string keyring;  // of the product's openpgp_signers, or empty
  std::vector<ReleaseTexts> releases;
};

Result<FetchRequest> read_fetch_request(const Json& untrusted_body);

}  // namespace hallmark
