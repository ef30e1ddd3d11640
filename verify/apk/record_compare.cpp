#include "verify/apk/record_compare.hpp"

#include <algorithm>
#include <string>

#include "verify/apk/little_endian.hpp"
#include "verify/apk/report.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kRecordSize = 46;
constexpr std::size_t kLengthsField = 28;  // of name, extra field and comment

struct Field {
  const char* what;
  std::size_t offset;
  std::size_t size;  // 2 or 4 bytes
};

constexpr Field kFields[] = {
    {"made by", 4, 2}, {"internal attributes", 36, 2}, {"external attributes", 38, 4}};

uint32_t value_of(const Field& field, std::span<const uint8_t> record) {
  LittleEndianReader reader(record.subspan(field.offset, field.size));
  return field.size == 2 ? reader.u16() : reader.u32();
}

struct Tail {
  std::span<const uint8_t> extra;
  std::span<const uint8_t> comment;
};

Tail tail_of(std::span<const uint8_t> record) {
  LittleEndianReader lengths(record.subspan(kLengthsField));
  const std::size_t name = lengths.u16();
  const std::size_t extra = lengths.u16();
  const std::size_t comment = lengths.u16();
  return {record.subspan(kRecordSize + name, extra),
          record.subspan(kRecordSize + name + extra, comment)};
}

void compare_bytes(const char* what, std::span<const uint8_t> a, std::span<const uint8_t> b,
                   std::vector<EntryDifference>& out) {
  if (std::equal(a.begin(), a.end(), b.begin(), b.end())) return;
  out.push_back({what, std::to_string(a.size()) + " bytes", std::to_string(b.size()) + " bytes"});
}

}  // namespace

std::vector<EntryDifference> compare_records(std::span<const uint8_t> in_signed,
                                             std::span<const uint8_t> in_rebuilt) {
  std::vector<EntryDifference> found;
  for (const Field& field : kFields) {
    const uint32_t a = value_of(field, in_signed);
    const uint32_t b = value_of(field, in_rebuilt);
    if (a != b) found.push_back({field.what, hex_number(a), hex_number(b)});
  }
  const Tail a = tail_of(in_signed);
  const Tail b = tail_of(in_rebuilt);
  compare_bytes("directory extra field", a.extra, b.extra, found);
  compare_bytes("comment", a.comment, b.comment, found);
  return found;
}

}  // namespace hallmark
