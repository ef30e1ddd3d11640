// What the .deb tests are made of: ar and tar archives whose every field can be forged.
//
// Written from ar(5) and tar(5). The tests show with dpkg-deb that what is not forged is a package.
#pragma once

#include <sys/mman.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "core/fd.hpp"

namespace hallmark::deb_test {

inline UniqueFd memory_file(std::string_view bytes) {
  UniqueFd fd(::memfd_create("deb-test", MFD_CLOEXEC));
  if (!fd || !write_all(fd.get(), bytes).ok()) std::abort();
  return fd;
}

inline std::string field(std::string text, std::size_t size) {
  text.resize(size, ' ');
  return text;
}

struct ArMember {
  std::string name;
  std::string content;
  std::string size = {};  // what the header says; empty: the truth
  std::string end = "`\n";
  std::string padding = "\n";
  std::string mtime = "0";
  std::string mode = "100644";
};

inline std::string ar_member(const ArMember& member) {
  const std::string size =
      member.size.empty() ? std::to_string(member.content.size()) : member.size;
  return field(member.name, 16) + field(member.mtime, 12) + field("0", 6) + field("0", 6) +
         field(member.mode, 8) + field(size, 10) + member.end + member.content +
         (member.content.size() % 2 != 0 ? member.padding : "");
}

inline std::string ar(const std::vector<ArMember>& members) {
  std::string bytes = "!<arch>\n";
  for (const ArMember& member : members) bytes += ar_member(member);
  return bytes;
}

struct TarEntry {
  std::string name;
  std::string content = {};
  char type = '0';
  std::string magic = std::string("ustar\00000", 8);
  std::string size = {};    // the 12 bytes of the field; empty: the truth
  std::string prefix = {};  // what ustar puts before the name
  int checksum_error = 0;
  std::string mode = "0000644";
  std::string uid = "0000000";
  std::string user = {};
};

inline std::string octal(std::size_t value, std::size_t digits) {
  std::string text(digits, '0');
  for (std::size_t i = digits; i-- > 0; value /= 8) text[i] = static_cast<char>('0' + value % 8);
  return text;
}

inline std::string tar_entry(const TarEntry& entry) {
  std::string header(512, '\0');
  header.replace(0, entry.name.size(), entry.name);
  header.replace(100, entry.mode.size(), entry.mode);
  header.replace(108, entry.uid.size(), entry.uid);
  header.replace(116, 7, "0000000");
  const std::string size = entry.size.empty() ? octal(entry.content.size(), 11) : entry.size;
  header.replace(124, size.size(), size);
  header.replace(136, 11, "00000000000");
  header[156] = entry.type;
  header.replace(257, entry.magic.size(), entry.magic);
  header.replace(265, entry.user.size(), entry.user);
  header.replace(345, entry.prefix.size(), entry.prefix);
  header.replace(148, 8, 8, ' ');
  int sum = entry.checksum_error;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  header.replace(148, 7, octal(static_cast<std::size_t>(sum), 6) + '\0');
  std::string bytes = header + entry.content;
  bytes.resize((bytes.size() + 511) / 512 * 512, '\0');
  return bytes;
}

inline std::string tar(const std::vector<TarEntry>& entries) {
  std::string bytes;
  for (const TarEntry& entry : entries) bytes += tar_entry(entry);
  return bytes + std::string(1024, '\0');
}

const std::string kControl =
    "Package: hm-test\n"
    "Version: 1:2.0-3\n"
    "Architecture: amd64\n"
    "Maintainer: A Person <person@example.org>\n"
    "Installed-Size: 12\n"
    "Depends: libc6 (>= 2.36),\n"
    " zlib1g\n"
    "Section: utils\n"
    "Description: a test\n"
    " of a longer\n"
    " .\n"
    " text\n"
    "Homepage: https://example.org/\n";

inline std::vector<ArMember> deb_members(const std::string& control_tar) {
  return {{"debian-binary", "2.0\n"},
          {"control.tar", control_tar},
          {"data.tar", tar({{"./", "", '5'}})}};
}

inline std::string deb_of_tar(const std::string& control_tar) {
  return ar(deb_members(control_tar));
}

inline std::string deb_of_control(const std::string& control) {
  return deb_of_tar(tar({{"./", "", '5'}, {"./control", control}}));
}

// kControl with the line that begins with `start` replaced.
inline std::string control_with(const std::string& start, const std::string& replacement) {
  std::string control = kControl;
  const std::size_t at = control.find(start);
  if (at == std::string::npos) std::abort();
  return control.replace(at, control.find('\n', at) + 1 - at, replacement);
}

}  // namespace hallmark::deb_test
