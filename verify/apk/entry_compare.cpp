#include "verify/apk/entry_compare.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "core/digest.hpp"
#include "verify/apk/little_endian.hpp"
#include "verify/apk/record_compare.hpp"
#include "verify/apk/report.hpp"
#include "verify/apk/zip_stream.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kLocalHeaderSize = 30;
constexpr std::size_t kBlock = std::size_t{1} << 16U;
constexpr uint16_t kAlignmentField = 0xd935;

std::string method_name(const ZipEntry& entry) { return entry.method == 0 ? "stored" : "deflated"; }

// "1980-01-01 00:00:00", or what else the sixteen bits each say.
std::string time_stamp(const ZipEntry& entry) {
  std::array<char, 32> text{};
  static_cast<void>(std::snprintf(text.data(), text.size(), "%04u-%02u-%02u %02u:%02u:%02u",
                                  1980U + (entry.date >> 9U), (entry.date >> 5U) & 15U,
                                  entry.date & 31U, static_cast<unsigned>(entry.time >> 11U),
                                  (entry.time >> 5U) & 63U, (entry.time & 31U) * 2U));
  return text.data();
}

std::string size_and_crc(const ZipEntry& entry) {
  return std::to_string(entry.size) + " bytes, CRC " + hex_number(entry.crc32);
}

// "data at 4096 * 3", the largest power of two up to 16384.
std::string alignment(const ZipEntry& entry) {
  uint64_t multiple = 1;
  while (multiple < 16384 && entry.data_offset % (multiple * 2) == 0) multiple *= 2;
  return "data at a multiple of " + std::to_string(multiple);
}

// Two ranges of bytes, one of each file.
struct Range {
  const FileBytes& file;
  uint64_t offset = 0;
  uint64_t size = 0;
};

Result<bool> same_bytes(const Range& a, const Range& b) {
  if (a.size != b.size) return false;
  std::vector<uint8_t> left(std::min<uint64_t>(kBlock, a.size));
  std::vector<uint8_t> right(left.size());
  for (uint64_t done = 0; done < a.size;) {
    const auto size = std::min<uint64_t>(left.size(), a.size - done);
    HALLMARK_CHECK(a.file.read_into(a.offset + done, std::span(left).first(size)));
    HALLMARK_CHECK(b.file.read_into(b.offset + done, std::span(right).first(size)));
    if (!std::equal(left.begin(), left.begin() + static_cast<long>(size), right.begin())) {
      return false;
    }
    done += size;
  }
  return true;
}

Result<Sha256Digest> digest_of_contents(const OpenedApk& apk, const OpenedEntry& entry) {
  Sha256Hasher hash;
  HALLMARK_CHECK(stream_zip_entry(apk.file, entry.zip, [&](std::span<const uint8_t> piece) {
    hash.update(piece);
    return ok_status();
  }));
  return hash.finish();
}

// The extra field without what is there for alignment alone: zipalign's zeros, apksigner's 0xd935.
std::vector<uint8_t> without_padding(std::span<const uint8_t> extra) {
  std::vector<uint8_t> kept;
  while (extra.size() >= 4) {
    LittleEndianReader reader(extra);
    const uint16_t id = reader.u16();
    const std::size_t size = std::size_t{4} + reader.u16();
    if (size > extra.size()) break;
    const bool padding = id == kAlignmentField || (id == 0 && size == 4);
    if (!padding) kept.insert(kept.end(), extra.begin(), extra.begin() + static_cast<long>(size));
    extra = extra.subspan(size);
  }
  if (std::any_of(extra.begin(), extra.end(), [](uint8_t byte) { return byte != 0; })) {
    kept.insert(kept.end(), extra.begin(), extra.end());
  }
  return kept;
}

class EntryComparison {
 public:
  EntryComparison(const OpenedApk& signed_apk, const OpenedEntry& in_signed,
                  const OpenedApk& rebuilt, const OpenedEntry& in_rebuilt)
      : a_apk_(signed_apk), a_(in_signed), b_apk_(rebuilt), b_(in_rebuilt) {}

  Result<std::vector<EntryDifference>> compare() {
    HALLMARK_CHECK(compare_data());
    compare_fields();
    HALLMARK_CHECK(compare_extra_field());
    compare_descriptor();
    for (EntryDifference& one : compare_records(a_.record, b_.record)) {
      found_.push_back(std::move(one));
    }
    HALLMARK_CHECK(compare_gap());
    HALLMARK_CHECK(compare_whole());
    return std::move(found_);
  }

 private:
  void add(const char* what, std::string in_signed = "", std::string in_rebuilt = "") {
    found_.push_back({what, std::move(in_signed), std::move(in_rebuilt)});
  }
  Range left(uint64_t from, uint64_t to) const { return {a_apk_.file, from, to - from}; }
  Range right(uint64_t from, uint64_t to) const { return {b_apk_.file, from, to - from}; }

  Status compare_data() {
    const bool same_method = a_.zip.method == b_.zip.method;
    if (!same_method) add("method", method_name(a_.zip), method_name(b_.zip));
    if (a_.zip.size != b_.zip.size || a_.zip.crc32 != b_.zip.crc32) {
      add("contents", size_and_crc(a_.zip), size_and_crc(b_.zip));
      return ok_status();
    }
    HALLMARK_TRY(
        const bool same,
        same_bytes(left(a_.zip.data_offset, a_.zip.data_offset + a_.zip.compressed_size),
                   right(b_.zip.data_offset, b_.zip.data_offset + b_.zip.compressed_size)));
    if (same && same_method) return ok_status();
    // A CRC is soon forged.
    HALLMARK_TRY(const Sha256Digest a, digest_of_contents(a_apk_, a_));
    HALLMARK_TRY(const Sha256Digest b, digest_of_contents(b_apk_, b_));
    if (a != b) {
      add("contents", "SHA-256 " + a.hex(), "SHA-256 " + b.hex());
    } else if (same_method) {
      add("compressed bytes", std::to_string(a_.zip.compressed_size) + " bytes",
          std::to_string(b_.zip.compressed_size) + " bytes of the same contents");
    }
    return ok_status();
  }

  void compare_fields() {
    if (a_.zip.time != b_.zip.time || a_.zip.date != b_.zip.date) {
      add("time stamp", time_stamp(a_.zip), time_stamp(b_.zip));
    }
    if (a_.zip.flags != b_.zip.flags) {
      add("flags", hex_number(a_.zip.flags), hex_number(b_.zip.flags));
    }
    if (a_.zip.version_needed != b_.zip.version_needed) {
      add("version needed", std::to_string(a_.zip.version_needed),
          std::to_string(b_.zip.version_needed));
    }
  }

  static uint64_t extra_offset(const ZipEntry& entry) {
    return entry.header_offset + kLocalHeaderSize + entry.name.size();
  }

  // At most 64 KiB each: its length is 16 bits.
  Status compare_extra_field() {
    const uint64_t a_offset = extra_offset(a_.zip);
    const uint64_t b_offset = extra_offset(b_.zip);
    HALLMARK_TRY(const auto a, a_apk_.file.read(a_offset, a_.zip.data_offset - a_offset));
    HALLMARK_TRY(const auto b, b_apk_.file.read(b_offset, b_.zip.data_offset - b_offset));
    if (a == b) return ok_status();
    const auto words = [](const std::vector<uint8_t>& extra, const ZipEntry& entry) {
      return std::to_string(extra.size()) + " bytes, " + alignment(entry);
    };
    add(without_padding(a) == without_padding(b) ? "alignment" : "local extra field",
        words(a, a_.zip), words(b, b_.zip));
    return ok_status();
  }

  // What it says is what the directory says, so only its form is left to differ.
  void compare_descriptor() {
    const auto size = [](const ZipEntry& entry) {
      return entry.end_offset - entry.data_offset - entry.compressed_size;
    };
    if (size(a_.zip) == size(b_.zip)) return;
    add("data descriptor", std::to_string(size(a_.zip)) + " bytes",
        std::to_string(size(b_.zip)) + " bytes");
  }

  Status compare_gap() {
    HALLMARK_TRY(const bool same, same_bytes(left(a_.gap_offset, a_.zip.header_offset),
                                             right(b_.gap_offset, b_.zip.header_offset)));
    if (!same) {
      add("bytes before it", std::to_string(a_.zip.header_offset - a_.gap_offset) + " bytes",
          std::to_string(b_.zip.header_offset - b_.gap_offset) + " bytes");
    }
    return ok_status();
  }

  // Whatever has no name above is a difference all the same.
  Status compare_whole() {
    if (!found_.empty()) return ok_status();
    HALLMARK_TRY(const bool same, same_bytes(left(a_.zip.header_offset, a_.zip.end_offset),
                                             right(b_.zip.header_offset, b_.zip.end_offset)));
    if (!same) add("local header");
    return ok_status();
  }

  const OpenedApk& a_apk_;
  const OpenedEntry& a_;
  const OpenedApk& b_apk_;
  const OpenedEntry& b_;
  std::vector<EntryDifference> found_;
};

}  // namespace

Result<std::vector<EntryDifference>> compare_entries(const OpenedApk& signed_apk,
                                                     const OpenedEntry& in_signed,
                                                     const OpenedApk& rebuilt,
                                                     const OpenedEntry& in_rebuilt) {
  return EntryComparison(signed_apk, in_signed, rebuilt, in_rebuilt).compare();
}

}  // namespace hallmark
