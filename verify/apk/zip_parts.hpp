// The parts that read_zip() is made of; internal to verify/apk.
#pragma once

#include "verify/apk/zip.hpp"

namespace hallmark {

inline Error zip_refusal(const char* code, std::string message) {
  return verification_error(code, std::move(message));
}

// The name as it may stand in a message: cut to 100 bytes, anything but printable ASCII as '?'.
std::string printable_name(std::string_view untrusted_name);

struct ZipEnd {
  uint64_t directory_offset = 0;
  uint64_t directory_size = 0;
  uint16_t entry_count = 0;
  std::vector<uint8_t> record;
};

// Finds the one end record; it must follow the central directory and end the file.
Result<ZipEnd> find_zip_end(const FileBytes& untrusted_file);

// The entries as the central directory has them (data_offset and end_offset still 0), names
// checked.
Result<std::vector<ZipEntry>> read_zip_directory(const FileBytes& untrusted_file,
                                                 const ZipEnd& end);

// Compares the entry's local header and data descriptor with it; sets data_offset and end_offset.
// Nothing of the entry may reach `directory_offset`.
Status check_local_header(const FileBytes& untrusted_file, uint64_t directory_offset,
                          ZipEntry& entry);

}  // namespace hallmark
