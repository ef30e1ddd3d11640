// Source packages whose every part can be forged. The .dsc is clear-signed in form alone: who
// signed it is judged elsewhere.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/digest.hpp"
#include "tests/unit/tools.hpp"

namespace hallmark::source_test {

using NamedBytes = std::pair<std::string, std::string>;

inline std::string md5_of(const std::string& bytes) {
  return test::run_tool("/usr/bin/md5sum", {}, bytes).substr(0, 32);
}

struct TestSource {
  std::string package = "tool";
  std::string version = "1.0-1";
  std::string file_version = "1.0-1";  // without an epoch
  std::vector<NamedBytes> files = {{"tool_1.0.orig.tar.gz", "upstream"},
                                   {"tool_1.0-1.debian.tar.xz", "packaging"}};
  std::string more = {};  // fields

  std::string dsc_file_name() const { return package + "_" + file_version + ".dsc"; }

  std::string text() const {
    std::string by_md5;
    std::string by_sha256;
    for (const auto& [name, bytes] : files) {
      const std::string rest = " " + std::to_string(bytes.size()) + " " + name + "\n";
      by_md5 += " " + md5_of(bytes) + rest;
      by_sha256 += " " + sha256(bytes).hex() + rest;
    }
    return "Format: 3.0 (quilt)\nSource: " + package + "\nBinary: " + package +
           "\nArchitecture: any all\nVersion: " + version +
           "\nMaintainer: A Person <person@example.org>\nStandards-Version: 4.6.2\n"
           "Build-Depends: debhelper-compat (= 13),\n               libx-dev (>= 2)\n"
           "Package-List:\n tool deb utils optional arch=any\n" +
           more + "Checksums-Sha1:\n " + std::string(40, 'a') + " 8 tool_1.0.orig.tar.gz\n " +
           std::string(40, 'b') + " 9 tool_1.0-1.debian.tar.xz\nChecksums-Sha256:\n" + by_sha256 +
           "Files:\n" + by_md5;
  }

  static std::string clearsigned(const std::string& text) {
    return "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n" + text +
           "\n-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n";
  }

  // The .dsc first.
  std::vector<NamedBytes> all() const {
    std::vector<NamedBytes> out = {{dsc_file_name(), clearsigned(text())}};
    out.insert(out.end(), files.begin(), files.end());
    return out;
  }
};

}  // namespace hallmark::source_test
