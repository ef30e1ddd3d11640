#include "core/model/apk_key.hpp"

#include <algorithm>

#include "core/model/target.hpp"
#include "core/safe_path.hpp"

namespace hallmark {
namespace {

constexpr int64_t kMaxSdk = 10000;  // Android's own number for "in development"
constexpr std::size_t kMaxKeys = 64;

bool is_keygrip(const std::string& text) {
  return text.size() == 40 && text.find_first_not_of("0123456789ABCDEF") == std::string::npos;
}

std::set<ApkScheme> read_schemes(ObjectReader& reader) {
  std::set<ApkScheme> schemes;
  for (const std::string& name : reader.texts("schemes")) {
    const std::optional<ApkScheme> scheme = apk_scheme_from_name(name);
    if (!scheme) {
      reader.fail("schemes", "must hold v1, v2, v3 and v4");
    } else if (!schemes.insert(*scheme).second) {
      reader.fail("schemes", "names '" + name + "' twice");
    }
  }
  if (schemes.empty()) reader.fail("schemes", "must not be empty");
  if (schemes.contains(ApkScheme::kV4) && !schemes.contains(ApkScheme::kV2) &&
      !schemes.contains(ApkScheme::kV3)) {
    reader.fail("schemes", "must hold v2 or v3, because v4 signs the digest of one of them");
  }
  return schemes;
}

uint32_t read_capabilities(ObjectReader& reader) {
  uint32_t flags = 0;
  for (const std::string& name : reader.texts("capabilities")) {
    const auto* const found =
        std::find_if(std::begin(kApkCapabilities), std::end(kApkCapabilities),
                     [&](const ApkCapability& capability) { return name == capability.name; });
    if (found == std::end(kApkCapabilities)) {
      reader.fail("capabilities",
                  "must hold installed-data, shared-uid, permission, rollback and auth");
      return flags;
    }
    if ((flags & found->flag) != 0) reader.fail("capabilities", "names '" + name + "' twice");
    flags |= found->flag;
  }
  return flags;
}

ApkRotation read_rotation(ObjectReader& reader) {
  ApkRotation rotation;
  rotation.key = read_plain_name(reader, "key");
  const int64_t min_sdk = reader.integer_or("min_sdk", rotation.min_sdk);
  // v3 cannot say "from 29": what it holds is for all devices that know it.
  if (min_sdk != kRotationSdkV3 && (min_sdk < kRotationSdkV31 || min_sdk > kMaxSdk)) {
    reader.fail("min_sdk", "must be 28, or from 33 to 10000");
    return rotation;
  }
  rotation.min_sdk = static_cast<uint32_t>(min_sdk);
  if (reader.has("capabilities")) rotation.capabilities = read_capabilities(reader);
  return rotation;
}

void check_rotation_range(ObjectReader& reader, const std::vector<const ApkKeyPolicy*>& chain) {
  // A device that has taken an application of the newer key takes no update of the older one.
  for (std::size_t i = 2; i < chain.size(); ++i) {
    if (chain[i]->rotates->min_sdk > chain[i - 1]->rotates->min_sdk) {
      reader.fail("apk_keys", "rotates to '" + chain[i]->name + "' on fewer devices than have '" +
                                  chain[i - 1]->name + "' already");
    }
  }
}

// Each rotation begins at another key that is there.
void check_older_key(ObjectReader& reader, const std::vector<ApkKeyPolicy>& keys,
                     const ApkKeyPolicy& key) {
  if (!key.rotates) return;
  const std::string& older = key.rotates->key;
  const bool known = std::any_of(keys.begin(), keys.end(),
                                 [&](const ApkKeyPolicy& other) { return other.name == older; });
  const char* wrong = older == key.name ? "itself" : "no key of that name";
  if (older == key.name || !known) {
    reader.fail("apk_keys",
                "rotates to '" + key.name + "' from '" + older + "', which is " + wrong);
  }
}

void check_chain(ObjectReader& reader, const std::vector<ApkKeyPolicy>& keys,
                 const ApkKeyPolicy& newest) {
  const std::vector<const ApkKeyPolicy*> chain = apk_key_chain(keys, newest.name);
  if (chain.empty()) {
    reader.fail("apk_keys",
                "rotates to '" + newest.name + "' in a circle, or over more than 8 keys");
    return;
  }
  check_rotation_range(reader, chain);
}

}  // namespace

std::string apk_scheme_name(ApkScheme scheme) {
  return "v" + std::to_string(static_cast<int>(scheme));
}

std::optional<ApkScheme> apk_scheme_from_name(std::string_view name) {
  for (const ApkScheme scheme : {ApkScheme::kV1, ApkScheme::kV2, ApkScheme::kV3, ApkScheme::kV4}) {
    if (name == apk_scheme_name(scheme)) return scheme;
  }
  return std::nullopt;
}

std::vector<std::string> apk_capability_names(uint32_t flags) {
  std::vector<std::string> names;
  for (const ApkCapability& capability : kApkCapabilities) {
    if ((flags & capability.flag) != 0) names.emplace_back(capability.name);
  }
  return names;
}

ApkKeyPolicy read_apk_key(ObjectReader& reader) {
  ApkKeyPolicy key;
  key.name = read_plain_name(reader, "name");
  key.keygrip = reader.text("keygrip");
  if (!is_keygrip(key.keygrip)) {
    reader.fail("keygrip", "must be 40 upper-case hexadecimal digits");
  }
  key.certificate_sha256 = reader.digest("certificate_sha256");
  key.packages = reader.texts("packages");
  if (!std::all_of(key.packages.begin(), key.packages.end(),
                   [](const std::string& id) { return is_plain_name(id); })) {
    reader.fail("packages", "must hold application ids, as org.example.app");
  }
  if (reader.has("schemes")) key.schemes = read_schemes(reader);
  if (reader.has("rotates")) {
    reader.object("rotates", [&](ObjectReader& r) { key.rotates = read_rotation(r); });
    if (key.schemes && !key.schemes->contains(ApkScheme::kV3)) {
      reader.fail("schemes", "must hold v3, which carries the rotation");
    }
  }
  return key;
}

Json to_json(const ApkKeyPolicy& key) {
  Json out = {{"name", key.name},
              {"keygrip", key.keygrip},
              {"certificate_sha256", key.certificate_sha256.hex()},
              {"packages", key.packages}};
  if (key.schemes) {
    out["schemes"] = Json::array();
    for (const ApkScheme scheme : *key.schemes) out["schemes"].push_back(apk_scheme_name(scheme));
  }
  if (key.rotates) {
    out["rotates"] = {{"key", key.rotates->key},
                      {"min_sdk", key.rotates->min_sdk},
                      {"capabilities", apk_capability_names(key.rotates->capabilities)}};
  }
  return out;
}

void check_apk_keys(ObjectReader& reader, const std::vector<ApkKeyPolicy>& keys) {
  if (keys.size() > kMaxKeys) {
    reader.fail("apk_keys", "must hold at most 64 keys");
    return;
  }
  std::set<std::string> names;
  std::set<Sha256Digest> certificates;
  std::set<std::string> applications;
  for (const ApkKeyPolicy& key : keys) {
    if (!names.insert(key.name).second) reader.fail("apk_keys", "names '" + key.name + "' twice");
    if (!certificates.insert(key.certificate_sha256).second) {
      reader.fail("apk_keys", "names '" + key.certificate_sha256.hex() + "' twice");
    }
    for (const std::string& application : key.packages) {
      if (!applications.insert(application).second) {
        reader.fail("apk_keys", "names '" + application + "' twice");
      }
    }
  }
  for (const ApkKeyPolicy& key : keys) check_older_key(reader, keys, key);
  for (const ApkKeyPolicy& key : keys) check_chain(reader, keys, key);
}

std::vector<const ApkKeyPolicy*> apk_key_chain(const std::vector<ApkKeyPolicy>& keys,
                                               std::string_view name) {
  std::vector<const ApkKeyPolicy*> chain;
  while (chain.size() < kMaxApkKeyChain) {
    const auto found = std::find_if(keys.begin(), keys.end(),
                                    [&](const ApkKeyPolicy& key) { return key.name == name; });
    if (found == keys.end()) return {};
    chain.push_back(&*found);
    if (!found->rotates) {
      std::reverse(chain.begin(), chain.end());
      return chain;
    }
    name = found->rotates->key;
  }
  return {};
}

}  // namespace hallmark
