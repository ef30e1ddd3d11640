// One small file that a public address serves.
#pragma once

#include <optional>
#include <string>

#include "core/result.hpp"

namespace hallmark {

// nullopt: the address has no such file. kRemote: it could not be asked, or says more than `limit`
// bytes. Redirects are not followed, and caches are asked not to answer.
Result<std::optional<std::string>> download_small(const std::string& url, std::size_t limit);

}  // namespace hallmark
