#include "core/bytes.hpp"
#include "verify/openpgp.hpp"

namespace hallmark {
namespace {

constexpr std::string_view kBegin = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
constexpr std::string_view kEnd = "-----END PGP PUBLIC KEY BLOCK-----";

// Without white space at its end: armour made elsewhere may have it (RFC 4880 section 6.2).
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t')) {
    line.remove_suffix(1);
  }
  return line;
}

// The base64 of one block: after the header lines and their blank line, up to the checksum (which
// protects against nothing that the packets' own signatures do not) or the end.
Result<std::string> read_block(std::string_view& text, const std::string& subject) {
  while (!text.empty() && !take_line(text).empty()) {
  }
  std::string encoded;
  for (bool in_data = true; !text.empty();) {
    const std::string_view line = take_line(text);
    if (line == kEnd) {
      HALLMARK_TRY(const std::vector<uint8_t> packets, base64_decode(encoded));
      return std::string(as_text(packets));
    }
    if (line.starts_with('=')) in_data = false;
    if (in_data) encoded += line;
  }
  return failed(subject, "is an armoured keyring without an end");
}

}  // namespace

Result<std::string> dearmor_keyring(std::string_view keyring, const std::string& subject) {
  const bool binary = !keyring.empty() && (static_cast<unsigned char>(keyring[0]) & 0x80U) != 0;
  if (binary) return std::string(keyring);
  std::string packets;
  while (!keyring.empty()) {
    if (take_line(keyring) != kBegin) continue;
    HALLMARK_TRY(const std::string block, read_block(keyring, subject));
    packets += block;
  }
  if (packets.empty()) return failed(subject, "is not an OpenPGP keyring");
  return packets;
}

}  // namespace hallmark
