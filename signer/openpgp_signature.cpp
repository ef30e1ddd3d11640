#include "signer/openpgp_signature.hpp"

#include <algorithm>

#include "core/bytes.hpp"
#include "core/sexp.hpp"
#include "verify/apk/hash.hpp"

namespace hallmark {
namespace {

constexpr char kVersion = 4;
constexpr char kBinaryDocument = 0x00;
constexpr char kTextDocument = 0x01;
constexpr char kSha512 = 10;
constexpr char kCreationTime = 2;  // subpackets
constexpr char kIssuer = 16;
constexpr char kIssuerFingerprint = 33;
constexpr std::size_t kKeyId = 8;  // the last bytes of a fingerprint
constexpr std::size_t kArmorLine = 64;
constexpr uint32_t kLargestNumber = 1024;  // bytes: RSA of 8192 bits

struct Algorithm {
  const char* prefix;  // of what gpg calls keys of this kind: "rsa4096", "nistp256"
  char id;
  const char* name;  // as the agent's answer has it
  std::vector<const char*> numbers;
};

const std::vector<Algorithm>& algorithms() {
  static const std::vector<Algorithm> kAlgorithms = {{"rsa", 1, "rsa", {"s"}},
                                                     {"nistp", 19, "ecdsa", {"r", "s"}},
                                                     {"brainpool", 19, "ecdsa", {"r", "s"}},
                                                     {"ed25519", 22, "eddsa", {"r", "s"}}};
  return kAlgorithms;
}

std::string big_endian(uint64_t value, int bytes) {
  std::string out;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out += static_cast<char>((value >> static_cast<unsigned>(shift)) & 0xffU);
  }
  return out;
}

// Its length covers its type; none here is longer than one length byte can say.
std::string subpacket(char type, std::string_view value) {
  return big_endian(value.size() + 1, 1) + type + std::string(value);
}

std::string counted(std::string_view subpackets) {
  return big_endian(subpackets.size(), 2) + std::string(subpackets);
}

// RFC 4880, 7.1: no white space at the ends of lines, CR LF between them, none after the last.
std::string canonical_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    const std::size_t last = line.find_last_not_of(" \t\r");
    out += line.substr(0, last == std::string_view::npos ? 0 : last + 1);
    if (end == text.size()) break;
    text.remove_prefix(end + 1);
    if (!text.empty()) out += "\r\n";
  }
  return out;
}

// RFC 4880, 3.2. Big numbers have no leading zeros.
std::string multiprecision(std::string_view number) {
  number.remove_prefix(std::min(number.find_first_not_of('\0'), number.size()));
  if (number.empty()) return big_endian(0, 2);
  uint64_t bits = 8 * (number.size() - 1);
  for (auto first = static_cast<uint8_t>(number.front()); first != 0; first >>= 1U) ++bits;
  return big_endian(bits, 2) + std::string(number);
}

Result<std::string> numbers_of(const Algorithm& algorithm, std::string_view untrusted_answer) {
  const Error malformed = verification_error("key agent's answer", "is no signature of this key");
  HALLMARK_TRY(const Sexp answer, parse_sexp(untrusted_answer));
  const Sexp* values = answer.find(algorithm.name);
  const bool is_signature = !answer.items.empty() && answer.items[0].atom == "sig-val";
  if (!is_signature || values == nullptr) return malformed;
  std::string out;
  for (const char* name : algorithm.numbers) {
    const Sexp* pair = values->find(name);
    if (pair == nullptr || pair->items.size() != 2 || pair->items[1].is_list) return malformed;
    if (pair->items[1].atom.size() > kLargestNumber) return malformed;
    out += multiprecision(pair->items[1].atom);
  }
  return out;
}

// RFC 4880, 6.1.
uint32_t crc24(std::string_view bytes) {
  uint32_t crc = 0xb704ceU;
  for (const char byte : bytes) {
    crc ^= static_cast<uint32_t>(static_cast<uint8_t>(byte)) << 16U;
    for (int bit = 0; bit < 8; ++bit) {
      crc <<= 1U;
      if ((crc & 0x1000000U) != 0) crc ^= 0x1864cfbU;
    }
  }
  return crc;
}

std::string armored(std::string_view packets) {
  std::string out = "-----BEGIN PGP SIGNATURE-----\n\n";
  const std::string base64 = base64_encode(as_bytes(packets));
  for (std::size_t at = 0; at < base64.size(); at += kArmorLine) {
    out += base64.substr(at, kArmorLine) + "\n";
  }
  return out + "=" + base64_encode(as_bytes(big_endian(crc24(packets), 3))) +
         "\n-----END PGP SIGNATURE-----\n";
}

// RFC 4880, 7.1: a line that starts with a dash gets another and a space before it.
std::string dash_escaped(std::string_view text) {
  std::string out;
  bool new_line = true;
  for (const char c : text) {
    if (new_line && c == '-') out += "- ";
    out += c;
    new_line = c == '\n';
  }
  return out + (new_line ? "" : "\n");
}

}  // namespace

Result<OpenPgpSignature> start_signature(OpenPgpForm form, std::string_view text,
                                         const OpenPgpSubkey& signer, int64_t time) {
  const auto algorithm = std::find_if(
      algorithms().begin(), algorithms().end(),
      [&](const Algorithm& known) { return signer.algorithm.starts_with(known.prefix); });
  if (algorithm == algorithms().end()) {
    return failed("OpenPGP key " + signer.fingerprint,
                  "is of a kind that nothing is signed with: " + signer.algorithm,
                  "RSA, NIST or Brainpool curves, or Ed25519");
  }
  OpenPgpSignature out;
  HALLMARK_TRY(const std::vector<uint8_t> fingerprint, hex_decode(signer.fingerprint));
  out.issuer = as_text(fingerprint);
  const bool clear = form == OpenPgpForm::kClearSigned;
  out.head = {kVersion, clear ? kTextDocument : kBinaryDocument, algorithm->id, kSha512};
  out.head += counted(subpacket(kIssuerFingerprint, kVersion + out.issuer) +
                      subpacket(kCreationTime, big_endian(static_cast<uint64_t>(time), 4)));
  const std::string trailer = std::string{kVersion, '\xff'} + big_endian(out.head.size(), 4);
  const std::string hashed = (clear ? canonical_text(text) : std::string(text));
  out.digest = hash_bytes(HashAlgorithm::kSha512, as_bytes(hashed + out.head + trailer));
  return out;
}

Result<std::string> finish_signature(const OpenPgpSignature& signature,
                                     std::string_view untrusted_answer) {
  const char id = signature.head[2];
  const auto algorithm = std::find_if(algorithms().begin(), algorithms().end(),
                                      [&](const Algorithm& known) { return known.id == id; });
  HALLMARK_TRY(const std::string numbers, numbers_of(*algorithm, untrusted_answer));
  const std::string key_id = signature.issuer.substr(signature.issuer.size() - kKeyId);
  const std::string body = signature.head + counted(subpacket(kIssuer, key_id)) +
                           std::string(as_text(signature.digest).substr(0, 2)) + numbers;
  // An old-format header of a signature packet with a length of two bytes.
  return "\x89" + big_endian(body.size(), 2) + body;
}

std::string assemble_signatures(OpenPgpForm form, std::string_view text,
                                const std::vector<std::string>& packets) {
  std::string all;
  for (const std::string& packet : packets) all += packet;
  if (form == OpenPgpForm::kDetached) return armored(all);
  return "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n" + dash_escaped(text) + armored(all);
}

}  // namespace hallmark
