// The bytes of a .deb's member, through libarchive: only the compression that the member's name
// promises, only once, and as much of it as dpkg reads. What is to be decompressed needs up to 128
// MiB of memory (of zstd this is libzstd's own limit, a window of 128 MiB).
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
  // After a read that failed: "cannot be decompressed", or that it would take too much memory.
  const char* why_undecodable() const;
  // Were all the member's bytes read? What follows the compressed data is skipped by some
  // decompressors and read by others.
  bool at_end() const;

 private:
  struct Source;
  struct Closer {
    void operator()(archive* reader) const { archive_read_free(reader); }
    void operator()(Source* source) const;
  };
  static la_ssize_t read_source(archive* reader, void* client_data, const void** buffer);

  DebMemberReader(std::unique_ptr<Source, Closer> source, std::unique_ptr<archive, Closer> reader)
      : source_(std::move(source)), reader_(std::move(reader)) {}
  bool needs_too_much_memory() const;

  std::unique_ptr<Source, Closer> source_;  // outlives the reader that reads it
  std::unique_ptr<archive, Closer> reader_;
};

}  // namespace hallmark
