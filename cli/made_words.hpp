// What to do with a key that was made, or revoked, on a terminal that has keys: what makes a policy
// take that up.
#pragma once

#include <string>

#include "cli/key_ceremony.hpp"

namespace hallmark {

std::string describe_made_openpgp(const MadeOpenPgpKey& key, const std::string& public_key_file);
std::string describe_made_apk_key(const ApkKey& key, const std::string& certificate_file);
std::string describe_made_publishing_key(const std::string& key);
// `revoked`, `primary`: fingerprints, the same one where the key itself is revoked.
std::string describe_revoked(const std::string& revoked, const std::string& primary,
                             const std::string& public_key_file);

}  // namespace hallmark
