// The request `pin`: a product and a version become a lock, with everything it names in quarantine.
#pragma once

#include <string>

#include "core/layout.hpp"
#include "core/model/lock.hpp"
#include "core/result.hpp"
#include "core/wire.hpp"

namespace hallmark {

struct FetchContext {
  Layout layout;
  std::string apt_folder;  // /etc/apt
  ProgressSink progress;
  // The keyring that the product names, armoured, as the request brought it; may be empty.
  std::string keyring{};
};

// The environments' own digests are left out: the builder makes them.
Result<Lock> pin(const std::string& product_text, const std::string& version,
                 const FetchContext& context);

}  // namespace hallmark
