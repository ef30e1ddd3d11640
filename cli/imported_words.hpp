// What to do with a key that was imported: the policy that takes it up, and how to be rid of it.
#pragma once

#include <string>

#include "core/json.hpp"

namespace hallmark {

std::string describe_imported_openpgp(const std::string& fingerprint,
                                      const std::string& public_key_file);
// `entry`: of the policy's "apk_keys".
std::string describe_imported_apk_key(const Json& entry, const std::string& certificate_file);
// `key`: an OpenSSH line.
std::string describe_imported_publishing_key(const std::string& key);

}  // namespace hallmark
