// The package NAME-archive-keyring: the policy's keys as users' apt finds them.
#pragma once

#include <string>

#include "core/model/policy.hpp"
#include "core/result.hpp"

namespace hallmark {

struct KeyringPackage {
  std::string version;
  bool unattended_upgrades = false;  // with a configuration file that lets them take from here
};

// Writes NAME-archive-keyring_VERSION_all.deb into the folder, made by dpkg-deb, as a whole or not
// at all; gives its path. The same policy, keys and version give the same bytes (of one version of
// dpkg). kUsage: the version is none of Debian's; kPolicy: the
// policy has no "clients".
Result<std::string> write_keyring_package(const Policy& policy, const std::string& keyring,
                                          const KeyringPackage& package, const std::string& folder);

}  // namespace hallmark
