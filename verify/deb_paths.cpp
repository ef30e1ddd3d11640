#include "verify/deb_paths.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "verify/contents_index.hpp"
#include "verify/deb_archive.hpp"
#include "verify/deb_member.hpp"
#include "verify/gzip_member.hpp"
#include "verify/installed_path.hpp"
#include "verify/tar_header.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMostEntries = 500000;
constexpr std::size_t kMostText = std::size_t{32} << 20U;  // bytes
constexpr uint64_t kMostBytes = uint64_t{16} << 30U;
// Lines of a usual package are of 100 bytes, and one of 512 begins a shard: a run of this size is
// in none by chance, and a shard's limit is some thirty of them.
constexpr std::size_t kLongestRun = std::size_t{2} << 20U;  // bytes
constexpr std::size_t kBuffer = std::size_t{64} << 10U;
constexpr int kLevel = 6;
constexpr std::size_t kLongestSection = 100;  // bytes: it stands in each of the package's lines

// The decompressed bytes of a member, one after the other.
class MemberBytes {
 public:
  MemberBytes(const DebMemberReader& reader, const std::string& subject)
      : reader_(reader), subject_(subject) {}

  // False: the end was there instead.
  Result<bool> read(char* to, std::size_t size) {
    while (size > 0) {
      HALLMARK_TRY(const std::size_t n, available(size));
      if (n == 0) return false;
      if (to != nullptr) to = std::copy_n(buffer_.data() + at_, n, to);
      at_ += n;
      size -= n;
    }
    return true;
  }
  Result<bool> skip(uint64_t size) { return read(nullptr, static_cast<std::size_t>(size)); }

  // Reads what is left, and refuses compressed bytes after it.
  Status end() {
    for (;;) {
      HALLMARK_TRY(const std::size_t n, available(buffer_.size()));
      if (n == 0) break;
      at_ = end_;
    }
    if (reader_.at_end()) return ok_status();
    return verification_error(subject_,
                              "has bytes after its compressed stream, which some builds "
                              "of dpkg would unpack and others not",
                              "pack it as one stream");
  }

 private:
  // How many of `wanted` bytes the buffer has, which is filled if it is empty.
  Result<std::size_t> available(std::size_t wanted) {
    if (at_ == end_) {
      const la_ssize_t n = archive_read_data(reader_.handle(), buffer_.data(), buffer_.size());
      if (n < 0) return verification_error(subject_, reader_.why_undecodable());
      at_ = 0;
      end_ = static_cast<std::size_t>(n);
      total_ += end_;
      if (total_ > kMostBytes)
        return verification_error(subject_, "unpacks to more than the limit");
    }
    return std::min(wanted, end_ - at_);
  }

  const DebMemberReader& reader_;
  const std::string& subject_;
  std::array<char, kBuffer> buffer_{};
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  uint64_t total_ = 0;
};

class DataWalk {
 public:
  DataWalk(MemberBytes& bytes, const std::string& subject) : bytes_(bytes), subject_(subject) {}

  Result<std::vector<std::string>> paths() {
    for (std::size_t entries = 0;; ++entries) {
      if (entries > kMostEntries) return refuse("has too many entries");
      HALLMARK_TRY(const bool more, take_entry());
      if (!more) break;
    }
    std::sort(paths_.begin(), paths_.end());
    paths_.erase(std::unique(paths_.begin(), paths_.end()), paths_.end());
    return std::move(paths_);
  }

 private:
  Error refuse(const char* cause) const { return verification_error(subject_, cause); }

  // False: the end mark.
  Result<bool> take_entry() {
    std::array<char, kTarBlock> block{};
    HALLMARK_TRY(const bool whole, bytes_.read(block.data(), block.size()));
    if (!whole) return refuse("ends before its end mark");
    const std::string_view header(block.data(), block.size());
    if (is_all_zero(header)) return false;
    const std::optional<uint64_t> size = read_tar_number(header.substr(124, 12));
    if (!size || !tar_checksum_holds(header)) return refuse("has a malformed entry");
    HALLMARK_CHECK(take(header, header[156], *size));
    return true;
  }

  Status take(std::string_view header, char type, uint64_t size) {
    if (type == 'L') return read_long_name(size);
    if (type == 'K') return skip_content(size);  // a link's target
    std::string name = long_name_ ? std::move(*long_name_) : header_name(header);
    long_name_.reset();
    if (name.empty()) return refuse("has an entry without a name");
    if (std::string_view("0123456").find(type == '\0' ? '0' : type) == std::string_view::npos) {
      return refuse("has an entry of a type that dpkg does not unpack");
    }
    // A file whose name ends in a slash is one, too: it was a folder before there was a type 5.
    const bool plain = type == '0' || type == '\0';
    if (type != '5') HALLMARK_CHECK(add(name));
    // Folders, links and devices have no content, whatever size they give.
    return plain ? skip_content(size) : ok_status();
  }

  // ustar has the front of a long name in another field, which GNU uses for other things.
  static std::string header_name(std::string_view header) {
    std::string name(tar_text(header.substr(0, 100)));
    if (header.substr(257, 6) != std::string_view("ustar\0", 6)) return name;
    const std::string_view front = tar_text(header.substr(345, 155));
    return front.empty() ? name : std::string(front) + "/" + name;
  }

  Status read_long_name(uint64_t size) {
    if (size > kLongestInstalledPath + 1) return refuse("has too long a path");
    std::string name(static_cast<std::size_t>(size), '\0');
    HALLMARK_TRY(const bool whole, bytes_.read(name.data(), name.size()));
    if (!whole) return refuse("ends before its end mark");
    long_name_ = std::string(tar_text(name));
    return skip(padding(size));
  }

  static uint64_t padding(uint64_t size) { return (kTarBlock - size % kTarBlock) % kTarBlock; }

  Status skip_content(uint64_t size) { return skip(size + padding(size)); }

  Status skip(uint64_t size) {
    HALLMARK_TRY(const bool whole, bytes_.skip(size));
    return whole ? ok_status() : Status(refuse("ends before its end mark"));
  }

  Status add(const std::string& name) {
    if (name.size() > kLongestInstalledPath) return refuse("has too long a path");
    std::optional<std::string> path = installed_path(name);
    if (!path) return refuse("has a path with '..'");
    if (path->empty() || has_control_character(*path)) return ok_status();
    text_ += path->size() + 1;
    if (text_ > kMostText) return refuse("has too many paths");
    paths_.push_back(std::move(*path));
    return ok_status();
  }

  MemberBytes& bytes_;
  const std::string& subject_;
  std::optional<std::string> long_name_;  // of the next entry
  std::vector<std::string> paths_;
  std::size_t text_ = 0;
};

// Is Contents divided as well with the package as without it?
Status check_shards(const std::vector<std::string>& paths, std::size_t name_size,
                    const std::string& subject) {
  std::size_t run = 0;  // bytes of lines since the last that begins a shard
  std::size_t shards = 0;
  for (const std::string& path : paths) {
    if (begins_contents_shard(path)) {
      run = 0;
      ++shards;
    }
    run += path.size() + name_size + 2;  // with a tab and a newline
    if (run > kLongestRun) {
      return verification_error(
          subject, "has more than 2 MiB of paths on end that no shard of Contents begins at");
    }
  }
  if (shards <= paths.size() / 64 + 64) return ok_status();
  return verification_error(subject, "has too many paths that a shard of Contents begins at");
}

bool is_plain_word(std::string_view text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-+._/").find(c) != std::string_view::npos;
  };
  return !text.empty() && text.size() <= kLongestSection &&
         std::all_of(text.begin(), text.end(), plain);
}

}  // namespace

std::string contents_name(const DebPackage& deb) {
  const std::string* section = deb.control.find("Section");
  if (section == nullptr || !is_plain_word(*section)) return deb.package;
  return *section + "/" + deb.package;
}

Result<std::string> packed_deb_paths(int untrusted_fd, const DebPackage& deb, DebPaths which,
                                     const std::string& subject) {
  HALLMARK_TRY(const DebArchive parts, read_deb_archive(untrusted_fd, deb.size, subject));
  HALLMARK_TRY(
      const DebMemberReader reader,
      DebMemberReader::open(untrusted_fd, parts.data, DebMemberReader::Form::kBytes, subject));
  const std::string data_subject = subject + ": " + parts.data.name;
  MemberBytes bytes(reader, data_subject);
  HALLMARK_TRY(const std::vector<std::string> paths, DataWalk(bytes, data_subject).paths());
  if (which == DebPaths::kToJudge) {
    HALLMARK_CHECK(bytes.end());
    HALLMARK_CHECK(check_shards(paths, contents_name(deb).size(), data_subject));
  }
  std::string text;
  for (const std::string& path : paths) text += path + "\n";
  return gzip_member(text, kLevel);
}

Result<std::string> unpack_deb_paths(std::string_view packed) {
  return take_gzip_member(packed, kMostText, "list of paths");
}

}  // namespace hallmark
