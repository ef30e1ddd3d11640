// A Debian binary package file: what it says of itself, and the index stanza that follows from it.
//
// Everything here is derived from the bytes of the file. The signer derives the stanza it will sign
// with these functions, and the publisher the one it lists; so they are equal when the file is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/bytes.hpp"
#include "core/deb822.hpp"
#include "core/result.hpp"

namespace hallmark {

struct DebPackage {
  std::string package;
  std::string version;
  std::string architecture;
  std::string source;          // the Source field's name; `package` when there is none
  std::string source_version;  // the one in brackets after it; `version` when there is none
  Deb822Paragraph control;
  uint64_t size = 0;  // bytes
  Sha256Digest sha256;
};

// Reads a regular file from offset 0. Refused (kVerification): an archive that is not as
// deb_archive.hpp and deb_tar.hpp say; a control file that is not one UTF-8 paragraph with valid
// Package, Version, Architecture, Maintainer and Description; one that carries a field which only
// an index may have (Filename, Size, a digest, a share). The data member is hashed, not opened.
// Whoever can write to the file while it is read can make the parts of the answer disagree: pass a
// private copy.
Result<DebPackage> read_deb(int fd, const std::string& subject);

// "pool/main/f/figlet/figlet_2.2.5-3_amd64.deb": without the epoch, sorted by source package.
std::string pool_path(const DebPackage& deb, std::string_view component);

// The fields of the control file in their order, with Filename, Size and SHA256 before Description.
// Ends in one newline. Packages is stanzas sorted by stanza_before, a blank line after each.
std::string index_stanza(const DebPackage& deb, std::string_view pool_path);

// The order of stanzas in Packages: by package, version as dpkg orders them, architecture.
bool stanza_before(const DebPackage& a, const DebPackage& b);

}  // namespace hallmark
