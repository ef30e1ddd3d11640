#include "verify/apk/opened_apk.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "verify/apk/jar_signature.hpp"
#include "verify/apk/little_endian.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kRecordSize = 46;
constexpr std::size_t kRecordLengthsField = 28;  // of name, extra field and comment

// Cuts the directory, which read_zip() has accepted, into its records.
void add_entries(OpenedApk& apk, bool has_v1) {
  std::span<const uint8_t> rest = apk.directory;
  for (const ZipEntry& entry : apk.zip.entries) {
    LittleEndianReader lengths(rest.subspan(kRecordLengthsField));
    std::size_t size = kRecordSize;
    for (int i = 0; i < 3; ++i) size += lengths.u16();
    OpenedEntry opened;
    opened.zip = entry;
    opened.record = rest.first(size);
    opened.signature = has_v1 && is_jar_signature_file(entry.name);
    apk.entries.push_back(std::move(opened));
    rest = rest.subspan(size);
  }
}

void find_gaps(OpenedApk& apk) {
  apk.in_file.resize(apk.entries.size());
  std::iota(apk.in_file.begin(), apk.in_file.end(), std::size_t{0});
  std::sort(apk.in_file.begin(), apk.in_file.end(), [&apk](std::size_t a, std::size_t b) {
    return apk.entries[a].zip.header_offset < apk.entries[b].zip.header_offset;
  });
  uint64_t end = 0;
  for (const std::size_t index : apk.in_file) {
    apk.entries[index].gap_offset = end;
    end = apk.entries[index].zip.end_offset;
  }
}

void name_signatures(OpenedApk& apk, bool has_v1) {
  constexpr std::array<std::pair<uint32_t, const char*>, 4> kSchemes = {
      {{kV2BlockId, "v2"}, {kV3BlockId, "v3"}, {kV31BlockId, "v3.1"}, {kV32BlockId, "v3.2"}}};
  if (has_v1) apk.signatures.emplace_back("v1");
  for (const auto& [id, name] : kSchemes) {
    if (apk.block.find(id)) apk.signatures.emplace_back(name);
  }
}

Status read_parts(OpenedApk& apk) {
  HALLMARK_TRY(apk.zip, read_zip(apk.file));
  HALLMARK_TRY(apk.block, read_signing_block(apk.file, apk.zip.directory_offset));
  HALLMARK_CHECK(check_zip_padding(apk.file, apk.zip, apk.block.offset));
  HALLMARK_TRY(apk.directory, apk.file.read(apk.zip.directory_offset, apk.zip.directory_size));
  return ok_status();
}

}  // namespace

Result<OpenedApk> open_apk(int untrusted_fd, const std::string& name) {
  HALLMARK_TRY(const FileBytes file, FileBytes::open(untrusted_fd));
  OpenedApk apk(name, file);
  Status read = read_parts(apk);
  if (!read.ok()) {
    Error error = std::move(read).error();
    error.cause = error.message();
    error.subject = name;
    return error;
  }
  const bool has_v1 = has_v1_signature(apk.zip);
  add_entries(apk, has_v1);
  find_gaps(apk);
  name_signatures(apk, has_v1);
  return apk;
}

void count_manifest_as_signature(OpenedApk& apk) {
  for (OpenedEntry& entry : apk.entries) {
    entry.signature = entry.signature || is_jar_signature_file(entry.zip.name);
  }
}

}  // namespace hallmark
