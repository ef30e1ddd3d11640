// One entry of policy.json's "apk_keys": a key that signs applications, how it signs them, and
// which older key it takes over from.
//
// Rotation is a chain: each entry names at most one older one. Its first key is the root, which
// devices that do not know rotation go on seeing; its last is the one that applications are mapped
// to.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/json.hpp"

namespace hallmark {

// v3.1 has no name here: it comes with v3 where a rotation begins at API level 33 or later.
enum class ApkScheme { kV1 = 1, kV2 = 2, kV3 = 3, kV4 = 4 };
std::string apk_scheme_name(ApkScheme scheme);  // "v1"
std::optional<ApkScheme> apk_scheme_from_name(std::string_view name);

// What an older certificate may still do for the application (the flags of a lineage's node).
struct ApkCapability {
  uint32_t flag;
  const char* name;  // "installed-data", "shared-uid", "permission", "rollback", "auth"
};
inline constexpr ApkCapability kApkCapabilities[] = {
    {1, "installed-data"}, {2, "shared-uid"}, {4, "permission"}, {8, "rollback"}, {16, "auth"}};
// All but rollback: who steals the older key must not be able to bring it back.
inline constexpr uint32_t kDefaultApkCapabilities = 1 | 2 | 4 | 16;
std::vector<std::string> apk_capability_names(uint32_t flags);

// Devices know rotation from API level 28 on (scheme v3), and per API level from 33 on (v3.1).
inline constexpr uint32_t kRotationSdkV3 = 28;
inline constexpr uint32_t kRotationSdkV31 = 33;
inline constexpr std::size_t kMaxApkKeyChain = 8;

struct ApkRotation {
  std::string key;                                  // the older entry's name
  uint32_t min_sdk = kRotationSdkV31;               // API level from which devices see the new key
  uint32_t capabilities = kDefaultApkCapabilities;  // of the older certificate
};

struct ApkKeyPolicy {
  std::string name;
  std::string keygrip;  // 40 upper-case hex digits, as gpg-agent names it
  Sha256Digest certificate_sha256;
  std::vector<std::string> packages;           // application ids that this key signs
  std::optional<std::set<ApkScheme>> schemes;  // absent: as the application's minSdk needs
  std::optional<ApkRotation> rotates;
};

ApkKeyPolicy read_apk_key(ObjectReader& reader);
Json to_json(const ApkKeyPolicy& key);

// What must hold between the entries: names, certificates and applications stand once; each chain
// of rotations ends, has at most kMaxApkKeyChain keys, and never reaches fewer devices than an
// older step did. Errors are recorded in the reader of the object that holds "apk_keys".
void check_apk_keys(ObjectReader& reader, const std::vector<ApkKeyPolicy>& keys);

// The entry and those that it took over from, oldest first. Empty: no entry has this name, or the
// chain does not end within kMaxApkKeyChain keys.
std::vector<const ApkKeyPolicy*> apk_key_chain(const std::vector<ApkKeyPolicy>& keys,
                                               std::string_view name);

}  // namespace hallmark
