// policy.json's "fdroid": the F-Droid repository that is served beside the apt one, at apk/.
#pragma once

#include <string>
#include <vector>

#include "core/json.hpp"

namespace hallmark {

struct FdroidPolicy {
  std::string name;  // one line each
  std::string description;
  // Where clients find it: an http or https address that ends in "/apk", without a '/' after it.
  std::string address;
  std::vector<std::string> mirrors;  // the same at other addresses
  // Name of the apk_keys entry that signs it: one that signs no application, and takes over from no
  // other. SHA-256 of its certificate is the repository's fingerprint.
  std::string key;
};

inline constexpr std::size_t kMaxFdroidMirrors = 64;

FdroidPolicy read_fdroid_policy(ObjectReader& reader);
Json to_json(const FdroidPolicy& fdroid);

// An address that a browser may be sent to: http or https, printable, without spaces and quotes.
bool is_web_address(const std::string& text);

}  // namespace hallmark
