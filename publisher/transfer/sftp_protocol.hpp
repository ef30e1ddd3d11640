// SFTP version 3 packets: the few requests that a publisher makes, and the answers to them.
//
// Source: draft-ietf-secsh-filexfer-02, and OpenSSH's PROTOCOL section 4 for the extensions
// posix-rename@openssh.com, fsync@openssh.com and limits@openssh.com. Encoders return a packet body
// without its u32 length.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace hallmark {

enum class SftpType : uint8_t {
  kInit = 1,
  kVersion = 2,
  kOpen = 3,
  kClose = 4,
  kRead = 5,
  kWrite = 6,
  kLstat = 7,
  kMkdir = 14,
  kStatus = 101,
  kHandle = 102,
  kData = 103,
  kAttributes = 105,
  kExtended = 200,
  kExtendedReply = 201,
};

enum class SftpCode : uint32_t {
  kOk = 0,
  kEof = 1,
  kNoSuchFile = 2,
  kPermissionDenied = 3,
  kFailure = 4
};

constexpr std::size_t kMaxSftpPacket = std::size_t{256}
                                       << 10U;  // bytes; what OpenSSH sends at most

std::string sftp_init();
// For writing; made if absent, cut to nothing if not.
std::string sftp_open(uint32_t id, std::string_view path);
std::string sftp_open_read(uint32_t id, std::string_view path);
// At most `size` bytes; the answer may have fewer.
std::string sftp_read(uint32_t id, std::string_view handle, uint64_t offset, uint32_t size);
std::string sftp_write(uint32_t id, std::string_view handle, uint64_t offset,
                       std::string_view bytes);
std::string sftp_close(uint32_t id, std::string_view handle);
std::string sftp_lstat(uint32_t id, std::string_view path);
std::string sftp_mkdir(uint32_t id, std::string_view path);
std::string sftp_fsync(uint32_t id, std::string_view handle);
std::string sftp_posix_rename(uint32_t id, std::string_view from, std::string_view to);
std::string sftp_limits(uint32_t id);

struct SftpReply {
  SftpType type = SftpType::kStatus;
  uint32_t id = 0;
  SftpCode code = SftpCode::kOk;  // kStatus
  std::string message;            // kStatus; printable
  std::string handle;             // kHandle
  std::string data;               // kData
  std::optional<uint64_t> size;   // kAttributes
  int64_t modified = 0;           // kAttributes; seconds since 1970 by the server's clock
  bool regular_file = false;      // kAttributes
  bool folder = false;            // kAttributes
  uint64_t max_write = 0;         // kExtendedReply, of limits; 0: no limit told
  uint64_t max_handles = 0;       // kExtendedReply, of limits; 0: no limit told
};

Result<SftpReply> parse_sftp_reply(std::string_view untrusted_packet);

// The answer to sftp_init: what the server can do.
struct SftpVersion {
  bool posix_rename = false;
  bool fsync = false;
  bool limits = false;
};
Result<SftpVersion> parse_sftp_version(std::string_view untrusted_packet);

}  // namespace hallmark
