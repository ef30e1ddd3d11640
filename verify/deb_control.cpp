#include "verify/deb_control.hpp"

#include <array>

#include "verify/deb_member.hpp"
#include "verify/deb_tar.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kCompressedLimit = uint64_t{16} << 20U;
constexpr uint64_t kTarLimit = uint64_t{64} << 20U;
constexpr std::size_t kBlock = std::size_t{64} << 10U;

Result<std::string> decompress(int fd, const DebMember& member, const std::string& subject) {
  if (member.size > kCompressedLimit) {
    return verification_error(subject, member.name + " is larger than the limit");
  }
  HALLMARK_TRY(const DebMemberReader reader,
               DebMemberReader::open(fd, member, DebMemberReader::Form::kBytes, subject));
  std::string tar;
  std::array<char, kBlock> block{};
  for (;;) {
    const la_ssize_t n = archive_read_data(reader.handle(), block.data(), block.size());
    if (n < 0) return verification_error(subject, member.name + " " + reader.why_undecodable());
    if (n == 0) break;
    tar.append(block.data(), static_cast<std::size_t>(n));
    if (tar.size() > kTarLimit) {
      return verification_error(subject, member.name + " unpacks to more than the limit");
    }
  }
  if (!reader.at_end()) {
    return verification_error(subject, member.name + " has bytes after its end");
  }
  return tar;
}

}  // namespace

Result<std::string> read_deb_control(int fd, const DebMember& member, const std::string& subject) {
  HALLMARK_TRY(const std::string tar, decompress(fd, member, subject));
  return find_control_in_tar(tar, subject + ": " + member.name);
}

Result<std::map<std::string, std::string>> read_deb_control_files(int fd, const DebMember& member,
                                                                  const std::string& subject) {
  HALLMARK_TRY(const std::string tar, decompress(fd, member, subject));
  return files_in_control_tar(tar, subject + ": " + member.name);
}

Result<std::map<std::string, std::string>> read_deb_data_files(int fd, const DebMember& member,
                                                               const std::string& subject) {
  HALLMARK_TRY(const std::string tar, decompress(fd, member, subject));
  return files_in_data_tar(tar, subject + ": " + member.name);
}

}  // namespace hallmark
