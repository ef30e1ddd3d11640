#include "verify/deb_data.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "verify/deb_archive.hpp"
#include "verify/installed_path.hpp"
#include "verify/tar_header.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMostHeaders = 500000;
constexpr uint64_t kMostBytes = uint64_t{16} << 30U;
constexpr std::size_t kBuffer = std::size_t{64} << 10U;

uint64_t padding(uint64_t size) { return (kTarBlock - size % kTarBlock) % kTarBlock; }

// ustar has the front of a long name in another field, which GNU uses for other things.
std::string header_name(std::string_view header) {
  std::string name(tar_text(header.substr(0, 100)));
  if (header.substr(257, 6) != std::string_view("ustar\0", 6)) return name;
  const std::string_view front = tar_text(header.substr(345, 155));
  return front.empty() ? name : std::string(front) + "/" + name;
}

}  // namespace

DebData::DebData(DebMemberReader reader, std::string subject)
    : reader_(std::move(reader)), subject_(std::move(subject)), buffer_(kBuffer) {}

Result<DebData> DebData::open(int untrusted_fd, const DebPackage& deb, const std::string& subject) {
  HALLMARK_TRY(const DebArchive parts, read_deb_archive(untrusted_fd, deb.size, subject));
  HALLMARK_TRY(
      DebMemberReader reader,
      DebMemberReader::open(untrusted_fd, parts.data, DebMemberReader::Form::kBytes, subject));
  return DebData(std::move(reader), subject + ": " + parts.data.name);
}

Result<std::optional<DebDataEntry>> DebData::next() {
  for (;;) {
    HALLMARK_CHECK(skip(unread_));
    unread_ = 0;
    if (headers_++ > kMostHeaders) return refuse("has too many entries");
    std::array<char, kTarBlock> block{};
    HALLMARK_CHECK(read(block.data(), block.size()));
    const std::string_view header(block.data(), block.size());
    if (is_all_zero(header)) return std::optional<DebDataEntry>();
    const std::optional<uint64_t> size = read_tar_number(header.substr(124, 12));
    if (!size || !tar_checksum_holds(header)) return refuse("has a malformed entry");
    const char type = header[156] == '\0' ? '0' : header[156];
    if (type == 'L') {
      HALLMARK_CHECK(read_long_name(*size));
      continue;
    }
    unread_ = *size + padding(*size);
    if (type == 'K') continue;  // a link's target
    DebDataEntry entry{long_name_ ? std::move(*long_name_) : header_name(header), type, 0};
    long_name_.reset();
    if (entry.name.empty()) return refuse("has an entry without a name");
    if (std::string_view("0123456").find(type) == std::string_view::npos) {
      return refuse("has an entry of a type that dpkg does not unpack");
    }
    // Folders, links and devices have no content, whatever size they give. A file whose name ends
    // in a slash has: it was a folder before there was a type 5.
    if (type == '0') {
      entry.size = *size;
    } else {
      unread_ = 0;
    }
    return std::optional<DebDataEntry>(std::move(entry));
  }
}

Status DebData::read_long_name(uint64_t size) {
  if (size > kLongestInstalledPath + 1) return refuse("has too long a path");
  std::string name(static_cast<std::size_t>(size), '\0');
  HALLMARK_CHECK(read(name.data(), name.size()));
  long_name_ = std::string(tar_text(name));
  unread_ = padding(size);
  return ok_status();
}

Result<std::string> DebData::content(const DebDataEntry& entry) {
  std::string out(static_cast<std::size_t>(entry.size), '\0');
  HALLMARK_CHECK(read(out.data(), out.size()));
  unread_ = padding(entry.size);
  return out;
}

Status DebData::end() {
  for (;;) {
    HALLMARK_TRY(const std::size_t n, take_some(nullptr, kBuffer));
    if (n == 0) break;
  }
  if (reader_.at_end()) return ok_status();
  return verification_error(subject_,
                            "has bytes after its compressed stream, which some builds of dpkg "
                            "would unpack and others not",
                            "pack it as one stream");
}

Status DebData::read(char* to, std::size_t size) {
  while (size > 0) {
    HALLMARK_TRY(const std::size_t n, take_some(to, size));
    if (n == 0) return refuse("ends before its end mark");
    to += n;
    size -= n;
  }
  return ok_status();
}

Status DebData::skip(uint64_t size) {
  while (size > 0) {
    HALLMARK_TRY(const std::size_t n, take_some(nullptr, std::min<uint64_t>(size, kBuffer)));
    if (n == 0) return refuse("ends before its end mark");
    size -= n;
  }
  return ok_status();
}

// At most `wanted` bytes; `to` may be null. 0: the end.
Result<std::size_t> DebData::take_some(char* to, std::size_t wanted) {
  if (at_ == end_) {
    const la_ssize_t n = archive_read_data(reader_.handle(), buffer_.data(), buffer_.size());
    if (n < 0) return verification_error(subject_, reader_.why_undecodable());
    at_ = 0;
    end_ = static_cast<std::size_t>(n);
    total_ += end_;
    if (total_ > kMostBytes) return refuse("unpacks to more than the limit");
  }
  const std::size_t n = std::min(wanted, end_ - at_);
  if (to != nullptr) std::copy_n(buffer_.data() + at_, n, to);
  at_ += n;
  return n;
}

}  // namespace hallmark
