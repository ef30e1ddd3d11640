// The bytes of a .deb's member as libarchive reads them: only the compression that the member's
// name promises, and only once.
#pragma once

#include <archive.h>

#include <cstdint>
#include <memory>
#include <string>

#include "core/result.hpp"
#include "verify/deb_archive.hpp"

namespace hallmark {

class DebMemberReader {
 public:
  enum class Form { kBytes, kTar };

  // kBytes: stands at the one "file" that the decompressed bytes are. kTar: stands before the first
  // entry. Reads with pread. kVerification: not compressed as its name says, or no tar archive.
  static Result<DebMemberReader> open(int fd, const DebMember& member, Form form,
                                      const std::string& subject);

  archive* handle() const { return reader_.get(); }
  // Were all the member's bytes read? What follows the compressed data is skipped by some
  // decompressors and read by others.
  bool at_end() const;

 private:
  struct Range;
  struct Closer {
    void operator()(archive* reader) const { archive_read_free(reader); }
    void operator()(Range* range) const;
  };
  static la_ssize_t read_range(archive* reader, void* client_data, const void** buffer);

  DebMemberReader(std::unique_ptr<Range, Closer> range, std::unique_ptr<archive, Closer> reader)
      : range_(std::move(range)), reader_(std::move(reader)) {}

  std::unique_ptr<Range, Closer> range_;  // outlives the reader that reads it
  std::unique_ptr<archive, Closer> reader_;
};

}  // namespace hallmark
