#include "publisher/transfer/sftp_protocol.hpp"

namespace hallmark {
namespace {

constexpr uint32_t kSftpVersion = 3;
constexpr uint32_t kOpenRead = 0x01;
constexpr uint32_t kOpenWriteCreateTruncate = 0x02 | 0x08 | 0x10;
constexpr uint32_t kAttributeSize = 0x01;
constexpr uint32_t kAttributeOwner = 0x02;
constexpr uint32_t kAttributePermissions = 0x04;
constexpr uint32_t kAttributeTimes = 0x08;
constexpr uint32_t kFileMode = 0644;
constexpr uint32_t kFolderMode = 0755;
constexpr uint32_t kTypeMask = 0170000;
constexpr uint32_t kRegularFile = 0100000;
constexpr uint32_t kFolder = 0040000;
constexpr std::size_t kMaxHandle = 256;  // bytes; the draft's limit
constexpr std::size_t kMaxMessage = 200;

void put_u32(std::string& out, uint32_t value) {
  for (unsigned shift = 32; shift > 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> (shift - 8) & 0xffU));
  }
}

void put_u64(std::string& out, uint64_t value) {
  put_u32(out, static_cast<uint32_t>(value >> 32U));
  put_u32(out, static_cast<uint32_t>(value));
}

void put_text(std::string& out, std::string_view text) {
  put_u32(out, static_cast<uint32_t>(text.size()));
  out.append(text);
}

std::string request(SftpType type, uint32_t id) {
  std::string out(1, static_cast<char>(type));
  put_u32(out, id);
  return out;
}

std::string text_request(SftpType type, uint32_t id, std::string_view text) {
  std::string out = request(type, id);
  put_text(out, text);
  return out;
}

// Reads from the front; after an overrun everything is empty and `overrun` stays set.
struct Reader {
  std::string_view rest;
  bool overrun = false;

  std::string_view take(std::size_t size) {
    if (overrun || size > rest.size()) {
      overrun = true;
      return {};
    }
    const std::string_view out = rest.substr(0, size);
    rest.remove_prefix(size);
    return out;
  }
  uint64_t number(std::size_t size) {
    uint64_t value = 0;
    for (const char c : take(size)) value = value << 8U | static_cast<unsigned char>(c);
    return value;
  }
  uint32_t u32() { return static_cast<uint32_t>(number(4)); }
  uint64_t u64() { return number(8); }
  std::string_view text() { return take(u32()); }
};

std::string printable(std::string_view untrusted_text) {
  std::string out(untrusted_text.substr(0, kMaxMessage));
  for (char& c : out) {
    if (c < ' ' || c > '~') c = '?';
  }
  return out;
}

void read_attributes(Reader& reader, SftpReply& reply) {
  const uint32_t present = reader.u32();
  if ((present & kAttributeSize) != 0) reply.size = reader.u64();
  if ((present & kAttributeOwner) != 0) reader.u64();
  if ((present & kAttributePermissions) != 0) {
    const uint32_t type = reader.u32() & kTypeMask;
    reply.regular_file = type == kRegularFile;
    reply.folder = type == kFolder;
  }
  if ((present & kAttributeTimes) != 0) {
    reader.u32();  // when it was read
    reply.modified = reader.u32();
  }
}

// limits@openssh.com is the only extension whose answer is not a status.
void read_limits(Reader& reader, SftpReply& reply) {
  reader.u64();  // packet
  reader.u64();  // read
  reply.max_write = reader.u64();
  reply.max_handles = reader.u64();
}

Error malformed() { return remote_error("SFTP server", "sent a malformed packet"); }

}  // namespace

std::string sftp_init() {
  std::string out(1, static_cast<char>(SftpType::kInit));
  put_u32(out, kSftpVersion);
  return out;
}

std::string sftp_open(uint32_t id, std::string_view path) {
  std::string out = text_request(SftpType::kOpen, id, path);
  put_u32(out, kOpenWriteCreateTruncate);
  put_u32(out, kAttributePermissions);
  put_u32(out, kFileMode);
  return out;
}

std::string sftp_open_read(uint32_t id, std::string_view path) {
  std::string out = text_request(SftpType::kOpen, id, path);
  put_u32(out, kOpenRead);
  put_u32(out, 0);  // no attributes
  return out;
}

std::string sftp_read(uint32_t id, std::string_view handle, uint64_t offset, uint32_t size) {
  std::string out = text_request(SftpType::kRead, id, handle);
  put_u64(out, offset);
  put_u32(out, size);
  return out;
}

std::string sftp_write(uint32_t id, std::string_view handle, uint64_t offset,
                       std::string_view bytes) {
  std::string out = text_request(SftpType::kWrite, id, handle);
  put_u64(out, offset);
  put_text(out, bytes);
  return out;
}

std::string sftp_close(uint32_t id, std::string_view handle) {
  return text_request(SftpType::kClose, id, handle);
}

std::string sftp_lstat(uint32_t id, std::string_view path) {
  return text_request(SftpType::kLstat, id, path);
}

std::string sftp_mkdir(uint32_t id, std::string_view path) {
  std::string out = text_request(SftpType::kMkdir, id, path);
  put_u32(out, kAttributePermissions);
  put_u32(out, kFolderMode);
  return out;
}

std::string sftp_fsync(uint32_t id, std::string_view handle) {
  std::string out = text_request(SftpType::kExtended, id, "fsync@openssh.com");
  put_text(out, handle);
  return out;
}

std::string sftp_posix_rename(uint32_t id, std::string_view from, std::string_view to) {
  std::string out = text_request(SftpType::kExtended, id, "posix-rename@openssh.com");
  put_text(out, from);
  put_text(out, to);
  return out;
}

std::string sftp_limits(uint32_t id) {
  return text_request(SftpType::kExtended, id, "limits@openssh.com");
}

Result<SftpReply> parse_sftp_reply(std::string_view untrusted_packet) {
  Reader reader{untrusted_packet};
  SftpReply reply;
  reply.type = static_cast<SftpType>(reader.number(1));
  reply.id = reader.u32();
  switch (reply.type) {
    case SftpType::kStatus:
      reply.code = static_cast<SftpCode>(reader.u32());
      reply.message = printable(reader.text());
      break;
    case SftpType::kHandle:
      reply.handle = reader.text();
      if (reply.handle.size() > kMaxHandle) return malformed();
      break;
    case SftpType::kData:
      reply.data = reader.text();
      break;
    case SftpType::kAttributes:
      read_attributes(reader, reply);
      break;
    case SftpType::kExtendedReply:
      read_limits(reader, reply);
      break;
    default:
      return malformed();
  }
  if (reader.overrun) return malformed();
  return reply;
}

Result<SftpVersion> parse_sftp_version(std::string_view untrusted_packet) {
  Reader reader{untrusted_packet};
  if (static_cast<SftpType>(reader.number(1)) != SftpType::kVersion) return malformed();
  const uint32_t version = reader.u32();
  if (reader.overrun || version != kSftpVersion) return malformed();
  SftpVersion out;
  while (!reader.overrun && !reader.rest.empty()) {
    const std::string_view name = reader.text();
    const std::string_view revision = reader.text();
    out.posix_rename = out.posix_rename || (name == "posix-rename@openssh.com" && revision == "1");
    out.fsync = out.fsync || (name == "fsync@openssh.com" && revision == "1");
    out.limits = out.limits || (name == "limits@openssh.com" && revision == "1");
  }
  if (reader.overrun) return malformed();
  return out;
}

}  // namespace hallmark
