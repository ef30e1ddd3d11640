#include "verify/intoto_link.hpp"

#include <optional>

#include "core/json.hpp"

namespace hallmark {
namespace {

constexpr uint8_t kSignatureTag = 2;
constexpr uint8_t kVersion4 = 4;
constexpr uint8_t kBinaryDocument = 0;
constexpr uint8_t kRsa = 1;
constexpr uint8_t kEdDsa = 22;
constexpr uint8_t kSha256 = 8;
constexpr uint8_t kIssuerFingerprint = 33;
constexpr std::size_t kEd25519Number = 32;  // bytes of each of the two
constexpr std::size_t kPacketLimit = 8192;

// Reads big-endian numbers and strings; after a read past the end it is broken and gives nothing.
class PacketReader {
 public:
  explicit PacketReader(std::string_view bytes) : rest_(bytes) {}

  uint32_t number(std::size_t size) {
    uint32_t value = 0;
    for (const char c : text(size)) value = (value << 8U) | static_cast<uint8_t>(c);
    return value;
  }
  std::string_view text(std::size_t size) {
    if (size > rest_.size()) broken_ = true;
    if (broken_) return {};
    const std::string_view out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return out;
  }
  // A number of OpenPGP's: its length in bits before it.
  std::string_view mpi() { return text((number(2) + 7) / 8); }
  // RFC 4880, sections 4.2.2 and 5.2.3.1, but for partial lengths.
  std::size_t length() {
    const uint32_t first = number(1);
    if (first < 192) return first;
    if (first == 255) return number(4);
    return ((first - 192) << 8U) + number(1) + 192;
  }
  bool good() const { return !broken_; }
  bool at_end() const { return rest_.empty() && good(); }

 private:
  std::string_view rest_;
  bool broken_ = false;
};

// The body of the one packet that there is.
std::optional<std::string_view> signature_body(std::string_view untrusted_packets) {
  PacketReader reader(untrusted_packets);
  const uint32_t tag = reader.number(1);
  const bool new_form = (tag & 0x40U) != 0;
  if ((tag & 0x80U) == 0) return std::nullopt;
  if ((new_form ? tag & 0x3fU : (tag >> 2U) & 0xfU) != kSignatureTag) return std::nullopt;
  std::size_t size = 0;
  if (new_form) {
    size = reader.length();
  } else if ((tag & 3U) != 3U) {
    size = reader.number(std::size_t{1} << (tag & 3U));
  }
  const std::string_view body = reader.text(size);
  if (!reader.at_end()) return std::nullopt;
  return body;
}

// Upper- and lower-case hexadecimal digits are two keys to securesystemslib: lower case.
std::string issuer(std::string_view untrusted_subpackets) {
  PacketReader reader(untrusted_subpackets);
  std::string out;
  while (!reader.at_end() && reader.good()) {
    const std::string_view subpacket = reader.text(reader.length());
    // Type, version of the key, fingerprint.
    if (subpacket.size() == 22 &&
        (static_cast<uint8_t>(subpacket[0]) & 0x7fU) == kIssuerFingerprint &&
        subpacket[1] == kVersion4) {
      out = hex_encode(as_bytes(subpacket.substr(2)));
    }
  }
  return reader.good() ? out : "";
}

std::string padded(std::string_view number) {
  const std::size_t missing = number.size() < kEd25519Number ? kEd25519Number - number.size() : 0;
  return std::string(missing, '\0') + std::string(number);
}

struct GpgSignature {
  std::string keyid;
  std::string other_headers;  // the packet's body up to and with its hashed part
  std::string value;
};

std::optional<GpgSignature> parse_signature(std::string_view untrusted_packets) {
  const std::optional<std::string_view> body = signature_body(untrusted_packets);
  if (!body) return std::nullopt;
  PacketReader reader(*body);
  const uint32_t version = reader.number(1);
  const uint32_t type = reader.number(1);
  const uint32_t algorithm = reader.number(1);
  const uint32_t hash = reader.number(1);
  if (version != kVersion4 || type != kBinaryDocument || hash != kSha256) return std::nullopt;
  const std::string_view hashed = reader.text(reader.number(2));
  reader.text(reader.number(2));  // what is not signed
  reader.number(2);               // the beginning of the digest
  GpgSignature out;
  out.keyid = issuer(hashed);
  out.other_headers = body->substr(0, 6 + hashed.size());
  if (algorithm == kRsa) {
    out.value = reader.mpi();
  } else if (algorithm == kEdDsa) {
    out.value = padded(reader.mpi());
    out.value += padded(reader.mpi());
    if (out.value.size() != 2 * kEd25519Number) return std::nullopt;
  } else {
    return std::nullopt;
  }
  if (!reader.at_end() || out.keyid.empty() || out.value.empty()) return std::nullopt;
  return out;
}

Json link_json(const Sha256Digest& lock_sha256, const LinkProducts& products) {
  Json out = {{"_type", "link"},
              {"name", "rebuild"},
              {"command", Json::array()},
              {"byproducts", Json::object()},
              {"environment", Json::object()},
              {"materials", {{"lock", {{"sha256", lock_sha256.hex()}}}}},
              {"products", Json::object()}};
  for (const auto& [name, sha256] : products) out["products"][name] = {{"sha256", sha256.hex()}};
  return out;
}

}  // namespace

std::string rebuild_link(const Sha256Digest& lock_sha256, const LinkProducts& products) {
  // Canonical JSON is this: sorted, without white space, and for these texts with no other escapes.
  return link_json(lock_sha256, products).dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<std::string> signed_link(std::string_view link, std::string_view untrusted_signature) {
  std::optional<GpgSignature> signature;
  if (untrusted_signature.size() <= kPacketLimit) signature = parse_signature(untrusted_signature);
  if (!signature) {
    return failed("OpenPGP signature", "is none that apt-transport-in-toto can check",
                  "it takes RSA and Ed25519 keys, and signatures of GnuPG 2.1 and later");
  }
  HALLMARK_TRY(const Json what, parse_json(link, "link"));
  const Json entry = {{"keyid", signature->keyid},
                      {"other_headers", hex_encode(as_bytes(signature->other_headers))},
                      {"signature", hex_encode(as_bytes(signature->value))}};
  return Json{{"signatures", Json::array({entry})}, {"signed", what}}.dump() + "\n";
}

}  // namespace hallmark
