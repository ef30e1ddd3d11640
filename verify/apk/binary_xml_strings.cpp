// The string pool of binary XML (ResStringPool_header): offsets, then strings in UTF-8 or UTF-16.
#include <utility>

#include "verify/apk/binary_xml.hpp"
#include "verify/apk/little_endian.hpp"

namespace hallmark {
namespace {

constexpr uint32_t kUtf8Flag = 1U << 8U;
constexpr std::size_t kMaxDecoded = std::size_t{16} << 20U;

// One byte, or two if the first has its high bit set.
uint32_t utf8_length(LittleEndianReader& reader) {
  const uint32_t first = reader.u8();
  return (first & 0x80U) == 0 ? first : ((first & 0x7fU) << 8U) | reader.u8();
}

// One unit, or two if the first has its high bit set.
uint32_t utf16_length(LittleEndianReader& reader) {
  const uint32_t first = reader.u16();
  return (first & 0x8000U) == 0 ? first : ((first & 0x7fffU) << 16U) | reader.u16();
}

// Whether a character takes more bytes than it needs (or the bytes are none of UTF-8's). Android
// reads such a character all the same: a name in which one letter is written in two bytes is
// "application" to a device, and another name to whoever compares bytes. Surrogates in three bytes
// each, which Java's tools write, are no second way to write anything here.
bool has_overlong_character(std::span<const uint8_t> text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const uint8_t first = text[i];
    const uint8_t second = i + 1 < text.size() ? text[i + 1] : 0;
    if (first == 0xc0 || first == 0xc1 || first > 0xf4) return true;
    if (first == 0xe0 && (second < 0xa0 || second > 0xbf)) return true;
    if (first == 0xf0 && (second < 0x90 || second > 0xbf)) return true;
  }
  return false;
}

// To Android such a string is none.
Error not_terminated() { return malformed_manifest("a string is not as long as its length says"); }

Result<std::string> decode_utf8(LittleEndianReader& reader) {
  utf8_length(reader);  // in UTF-16 units; the length in bytes follows
  const auto text = reader.bytes(utf8_length(reader));
  if (has_overlong_character(text)) {
    return malformed_manifest("a string has a character in more bytes than UTF-8 gives it");
  }
  std::string out;
  for (const uint8_t byte : text) out += printable_character(byte);
  if (reader.u8() != 0) return not_terminated();
  return out;
}

Result<std::string> decode_utf16(LittleEndianReader& reader) {
  LittleEndianReader units(reader.bytes(uint64_t{utf16_length(reader)} * 2));
  std::string out;
  while (units.remaining() > 0) out += printable_character(units.u16());
  if (reader.u16() != 0) return not_terminated();
  return out;
}

}  // namespace

Result<std::vector<std::string>> parse_xml_strings(std::span<const uint8_t> untrusted_chunk) {
  LittleEndianReader header(untrusted_chunk);
  header.u16();  // type, which the caller went by
  const uint16_t header_size = header.u16();
  header.u32();  // size, which is that of the span
  const uint32_t count = header.u32();
  header.u32();  // styles are not for manifests
  const uint32_t flags = header.u32();
  const uint32_t strings_start = header.u32();
  if (!header.ok() || header_size > untrusted_chunk.size() ||
      strings_start > untrusted_chunk.size()) {
    return malformed_manifest("the string pool is malformed");
  }
  LittleEndianReader offsets(untrusted_chunk.subspan(header_size));
  if (count > offsets.remaining() / 4) return malformed_manifest("the string pool is cut short");
  const auto data = untrusted_chunk.subspan(strings_start);

  std::vector<std::string> strings;
  std::size_t decoded = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t offset = offsets.u32();
    if (offset > data.size()) return malformed_manifest("a string lies outside the string pool");
    LittleEndianReader reader(data.subspan(offset));
    HALLMARK_TRY(std::string text,
                 (flags & kUtf8Flag) != 0 ? decode_utf8(reader) : decode_utf16(reader));
    strings.push_back(std::move(text));
    if (!reader.ok()) return malformed_manifest("a string does not fit into the string pool");
    // Offsets may overlap, so the input's size alone is no limit.
    decoded += strings.back().size();
    if (decoded > kMaxDecoded) return malformed_manifest("the strings are larger than 16 MiB");
  }
  return strings;
}

}  // namespace hallmark
