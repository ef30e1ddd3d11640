// The package NAME-archive-keyring, which puts the policy's keys where users' apt finds them. What
// `hallmark repo keyring` writes is what the signer lets a package of this name be.
#pragma once

#include <map>
#include <string>

#include "core/model/policy.hpp"

namespace hallmark {

// "NAME-archive-keyring"
inline constexpr const char* kKeyringEnding = "-archive-keyring";
std::string keyring_name(const ClientPolicy& clients);

// The configuration that lets unattended-upgrades take packages from here.
std::string keyring_configuration(const ClientPolicy& clients);

// May the policy's Origin stand in apt's patterns, where some characters mean something else?
bool is_plain_origin(const std::string& origin);

// Texts of files, by name and by path ("usr/share/…").
struct KeyringFiles {
  std::map<std::string, std::string> control;
  std::map<std::string, std::string> data;
};

// The policy has "clients". `keys`: the armoured OpenPGP keys of the policy. `unattended_upgrades`:
// with the configuration, where the policy's Origin is plain.
KeyringFiles keyring_files(const Policy& policy, const std::string& keys,
                           const std::string& version, bool unattended_upgrades);

}  // namespace hallmark
