// The data member of a .deb, entry by entry: the files that it would put on a machine.
//
// Its tar archive is walked here as dpkg walks it (v7, ustar and GNU forms, long names in GNU's
// way; no pax headers, which dpkg refuses too), so that what is found is what is installed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "verify/deb_member.hpp"
#include "verify/deb_package.hpp"

namespace hallmark {

struct DebDataEntry {
  std::string name;   // as it is spelled; not empty
  char type = '0';    // tar's: '0' a plain file, '1' and '2' links, '5' a folder, others devices
  uint64_t size = 0;  // bytes of a plain file's content; others have none
};

class DebData {
 public:
  static Result<DebData> open(int untrusted_fd, const DebPackage& deb, const std::string& subject);

  // Nothing: the end mark. Refused (kVerification), here and by the functions below: a data member
  // that is not compressed as it says, malformed, that ends before its end mark, with a long name
  // of over 4096 bytes, more than 500,000 entries, or that unpacks to more than 16 GiB.
  Result<std::optional<DebDataEntry>> next();
  // Of the plain file that next() has just given; it is for the caller to look at the size first.
  Result<std::string> content(const DebDataEntry& entry);
  // After the end mark: reads what is left, and refuses compressed bytes after it.
  Status end();

  // "x.deb: data.tar.xz"
  const std::string& subject() const { return subject_; }

 private:
  DebData(DebMemberReader reader, std::string subject);
  Error refuse(const char* cause) const { return verification_error(subject_, cause); }
  Status read_long_name(uint64_t size);
  Status read(char* to, std::size_t size);
  Status skip(uint64_t size);
  Result<std::size_t> take_some(char* to, std::size_t wanted);

  DebMemberReader reader_;
  std::string subject_;
  std::vector<char> buffer_;
  std::size_t at_ = 0;   // in the buffer
  std::size_t end_ = 0;  // of the buffer's bytes
  uint64_t total_ = 0;   // bytes that were decompressed
  std::size_t headers_ = 0;
  uint64_t unread_ = 0;                   // bytes of the entry before the next header
  std::optional<std::string> long_name_;  // of the next entry
};

}  // namespace hallmark
