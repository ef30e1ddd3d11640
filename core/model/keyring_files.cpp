#include "core/model/keyring_files.hpp"

#include <string_view>

namespace hallmark {
namespace {

std::string control_of(const ClientPolicy& clients, const std::string& version) {
  return "Package: " + keyring_name(clients) + "\nVersion: " + version +
         "\nArchitecture: all\nMulti-Arch: foreign\nMaintainer: " + clients.contact +
         "\nSection: misc\nPriority: optional\nHomepage: " + clients.address +
         "\nDescription: keys of the package repository " + clients.name +
         "\n The OpenPGP keys that sign its Releases, for Signed-By of apt's sources.\n";
}

}  // namespace

std::string keyring_name(const ClientPolicy& clients) { return clients.name + kKeyringEnding; }

std::string keyring_configuration(const ClientPolicy& clients) {
  return "etc/apt/apt.conf.d/52" + keyring_name(clients) + ".conf";
}

bool is_plain_origin(const std::string& origin) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ._+-()";
  return origin.find_first_not_of(kPlain) == std::string::npos && !origin.starts_with(' ') &&
         !origin.ends_with(' ');
}

KeyringFiles keyring_files(const Policy& policy, const std::string& keys,
                           const std::string& version, bool unattended_upgrades) {
  const ClientPolicy& clients = *policy.clients;
  KeyringFiles out;
  out.control["control"] = control_of(clients, version);
  out.data["usr/share/keyrings/" + keyring_name(clients) + ".asc"] = keys;
  if (!unattended_upgrades || !is_plain_origin(policy.origin)) return out;
  const std::string configuration = keyring_configuration(clients);
  out.control["conffiles"] = "/" + configuration + "\n";
  out.data[configuration] = "// Lets unattended-upgrades take packages of " + clients.name +
                            ".\nUnattended-Upgrade::Origins-Pattern { \"origin=" + policy.origin +
                            "\"; };\n";
  return out;
}

}  // namespace hallmark
