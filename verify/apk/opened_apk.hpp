// An APK taken apart: what is signature in it, and what is everything else.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "verify/apk/file_bytes.hpp"
#include "verify/apk/signing_block.hpp"
#include "verify/apk/zip.hpp"

namespace hallmark {

// One entry, with the bytes before it that belong to none.
struct OpenedEntry {
  ZipEntry zip;
  std::span<const uint8_t> record;  // its central directory record
  uint64_t gap_offset = 0;          // where the entry before it in the file ends
  bool signature = false;           // a file of the v1 signature
};

struct OpenedApk {
  std::string name;  // what messages call it
  FileBytes file;
  ZipArchive zip;
  SigningBlock block;
  std::vector<uint8_t> directory;
  std::vector<OpenedEntry> entries;     // in the order of the directory
  std::vector<std::size_t> in_file;     // indices into `entries`, in the order of the file
  std::vector<std::string> signatures;  // "v1", "v2", "v3", "v3.1": what is there, not judged

  OpenedApk(std::string name_in, FileBytes file_in) : name(std::move(name_in)), file(file_in) {}
  // OpenedEntry::record points into `directory`.
  OpenedApk(OpenedApk&&) = default;
  OpenedApk& operator=(OpenedApk&&) = delete;
  OpenedApk(const OpenedApk&) = delete;
  OpenedApk& operator=(const OpenedApk&) = delete;
  ~OpenedApk() = default;
};

// Refused (kVerification, with `name` as the subject): what the ZIP and signing block readers
// refuse, and bytes other than zero before the block. The descriptor must outlive the APK.
Result<OpenedApk> open_apk(int untrusted_fd, const std::string& name);

// META-INF/MANIFEST.MF is content of an APK without a v1 signature, unless it is to be compared
// with one that has it.
void count_manifest_as_signature(OpenedApk& apk);

}  // namespace hallmark
