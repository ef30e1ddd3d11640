// A new entry: deflated, with neither extra fields nor a data descriptor.
#include <zlib.h>

#include <algorithm>

#include "core/bytes.hpp"
#include "core/safe_path.hpp"
#include "signer/apk/zip_parts.hpp"
#include "verify/apk/little_endian.hpp"

namespace hallmark {
namespace {

constexpr uint32_t kLocalSignature = 0x04034b50;
constexpr uint32_t kDirectorySignature = 0x02014b50;
constexpr uint16_t kVersion = 20;  // deflate
constexpr uint16_t kUtf8Name = 0x0800;
constexpr uint16_t kDeflated = 8;
constexpr uint16_t kOldestDate = 1 << 5 | 1;  // 1 January of year 0, 1980
constexpr std::size_t kMaxContent = std::size_t{256} << 20U;

Result<std::vector<uint8_t>> deflate_all(const std::vector<uint8_t>& content) {
  z_stream stream{};
  if (::deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, MAX_MEM_LEVEL,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
    return failed("deflate", "cannot start");
  }
  std::vector<uint8_t> out(::deflateBound(&stream, content.size()));
  stream.next_in = const_cast<uint8_t*>(content.data());  // zlib only reads it
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  const int outcome = ::deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  static_cast<void>(::deflateEnd(&stream));
  if (outcome != Z_STREAM_END) return failed("deflate", "does not fit in zlib's own bound");
  return out;
}

struct Fields {
  uint16_t flags = 0;
  uint32_t crc32 = 0;
  uint32_t compressed_size = 0;
  uint32_t size = 0;
};

// What local header and directory have in common.
void write_fields(LittleEndianWriter& out, const Fields& fields, const std::string& name) {
  out.u16(kVersion);
  out.u16(fields.flags);
  out.u16(kDeflated);
  out.u16(0);  // time
  out.u16(kOldestDate);
  out.u32(fields.crc32);
  out.u32(fields.compressed_size);
  out.u32(fields.size);
  out.u16(static_cast<uint16_t>(name.size()));
  out.u16(0);  // extra field
}

bool is_ascii(const std::string& name) {
  return std::all_of(name.begin(), name.end(), [](char c) { return (c & 0x80) == 0; });
}

}  // namespace

Result<EncodedZipEntry> encode_zip_entry(const NewZipEntry& entry, uint64_t header_offset) {
  HALLMARK_TRY(const SafePath name, SafePath::parse(entry.name));
  if (entry.content.size() > kMaxContent) return failed(name.str(), "is too large to be added");
  HALLMARK_TRY(const std::vector<uint8_t> data, deflate_all(entry.content));
  Fields fields;
  fields.flags = is_ascii(name.str()) ? 0 : kUtf8Name;
  fields.crc32 = static_cast<uint32_t>(
      ::crc32_z(::crc32_z(0, nullptr, 0), entry.content.data(), entry.content.size()));
  fields.compressed_size = static_cast<uint32_t>(data.size());
  fields.size = static_cast<uint32_t>(entry.content.size());

  LittleEndianWriter local;
  local.u32(kLocalSignature);
  write_fields(local, fields, name.str());
  local.bytes(as_bytes(name.str()));
  local.bytes(data);
  LittleEndianWriter central;
  central.u32(kDirectorySignature);
  central.u16(kVersion);  // made by: a tool that knows as much
  write_fields(central, fields, name.str());
  central.zeros(2 + 2 + 2 + 4);  // comment length, disk, attributes
  central.u32(static_cast<uint32_t>(header_offset));
  central.bytes(as_bytes(name.str()));
  return EncodedZipEntry{local.take(), central.take()};
}

}  // namespace hallmark
