#include "verify/apk/jar_digests.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "core/bytes.hpp"

namespace hallmark {
namespace {

constexpr uint32_t kFirstSdkWithStrongest = 18;
constexpr uint32_t kFirstSdkWithSha512 = 9;
constexpr std::size_t kMaxListed = 64;  // by Digest-Algorithms; real ones have 2

struct Name {
  std::string_view text;
  HashAlgorithm hash;
};

// As from 18: the strongest first.
constexpr std::array<Name, 4> kByStrength = {{{"SHA-512", HashAlgorithm::kSha512},
                                              {"SHA-384", HashAlgorithm::kSha384},
                                              {"SHA-256", HashAlgorithm::kSha256},
                                              {"SHA1", HashAlgorithm::kSha1}}};
// What Digest-Algorithms may call them, in any case of letters.
constexpr std::array<Name, 6> kListed = {{{"SHA", HashAlgorithm::kSha1},
                                          {"SHA1", HashAlgorithm::kSha1},
                                          {"SHA-1", HashAlgorithm::kSha1},
                                          {"SHA-256", HashAlgorithm::kSha256},
                                          {"SHA-384", HashAlgorithm::kSha384},
                                          {"SHA-512", HashAlgorithm::kSha512}}};

class DigestChooser {
 public:
  DigestChooser(const JarFile& file, const JarSection& section, std::string_view suffix)
      : file_(file), section_(section), suffix_(suffix) {}

  // Null if there is none.
  Result<std::optional<JarDigest>> strongest() const {
    for (const Name& name : kByStrength) {
      if (const auto text = find(name.text)) return decode(name.hash, *text);
    }
    return std::optional<JarDigest>();
  }

  Result<std::optional<JarDigest>> first_listed(uint32_t sdk) const {
    std::string_view list = file_.value(section_, "Digest-Algorithms").value_or("SHA SHA1");
    for (std::size_t count = 0; !list.empty(); ++count) {
      // Each name is looked up among all attributes, and millions of names deflate to nothing.
      if (count == kMaxListed) return file_.malformed("has too long a list of digest algorithms");
      const std::size_t length = std::min(list.find_first_of(" \t\f"), list.size());
      const std::string_view name = list.substr(0, length);
      list.remove_prefix(std::min(length + 1, list.size()));
      const auto text = name.empty() ? std::nullopt : find(name);
      if (!text) continue;
      const Name* known = find_listed(name);
      if (known == nullptr) return std::optional<JarDigest>();  // MD5, for example
      if (is_supported(known->hash, sdk)) return decode(known->hash, *text);
    }
    return std::optional<JarDigest>();
  }

 private:
  std::optional<std::string_view> find(std::string_view name) const {
    return file_.value(section_, std::string(name) + std::string(suffix_));
  }

  static const Name* find_listed(std::string_view name) {
    std::string upper(name);
    for (char& c : upper) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    const auto* const found = std::find_if(kListed.begin(), kListed.end(),
                                           [&](const Name& each) { return each.text == upper; });
    return found == kListed.end() ? nullptr : found;
  }

  static bool is_supported(HashAlgorithm hash, uint32_t sdk) {
    const bool is_long = hash == HashAlgorithm::kSha384 || hash == HashAlgorithm::kSha512;
    return !is_long || sdk >= kFirstSdkWithSha512;
  }

  Result<std::optional<JarDigest>> decode(HashAlgorithm hash, std::string_view base64) const {
    Result<std::vector<uint8_t>> value = base64_decode(base64);
    if (!value.ok()) return file_.malformed("has a digest that is not base64");
    return std::optional<JarDigest>({hash, std::move(*value)});
  }

  const JarFile& file_;
  const JarSection& section_;
  std::string_view suffix_;
};

}  // namespace

bool JarDigest::matches(std::span<const uint8_t> bytes) const {
  return hash_bytes(hash, bytes) == value;
}

Result<JarDigests> digests_to_check(const JarFile& file, const JarSection& section,
                                    std::string_view suffix, SdkRange devices) {
  const DigestChooser chooser(file, section, suffix);
  JarDigests out;
  out.for_all_devices = true;
  const auto add = [&out](std::optional<JarDigest> digest) {
    out.for_all_devices = out.for_all_devices && digest.has_value();
    const bool is_there =
        std::any_of(out.digests.begin(), out.digests.end(), [&digest](const JarDigest& other) {
          return digest && other.hash == digest->hash && other.value == digest->value;
        });
    if (digest && !is_there) out.digests.push_back(std::move(*digest));
  };
  if (devices.min < kFirstSdkWithStrongest) {
    HALLMARK_TRY(std::optional<JarDigest> digest, chooser.first_listed(devices.min));
    add(std::move(digest));
  }
  if (devices.max >= kFirstSdkWithStrongest) {
    HALLMARK_TRY(std::optional<JarDigest> digest, chooser.strongest());
    add(std::move(digest));
  }
  return out;
}

}  // namespace hallmark
