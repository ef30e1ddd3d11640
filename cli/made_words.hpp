// What to do with a key that was made on a terminal that has keys: what makes a policy take it up.
#pragma once

#include <string>

#include "cli/key_ceremony.hpp"

namespace hallmark {

std::string describe_made_openpgp(const MadeOpenPgpKey& key, const std::string& public_key_file);
std::string describe_made_apk_key(const ApkKey& key, const std::string& certificate_file);

}  // namespace hallmark
