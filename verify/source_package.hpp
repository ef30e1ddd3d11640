// A Debian source package: its .dsc, the files that this names, and the Sources stanza that follows
// from them.
//
// As with a .deb (deb_package.hpp), everything is derived from the bytes, by the signer and by the
// publisher with these functions. Who signed the .dsc is not judged here: the builder did, by the
// keyrings, and the lock pins the bytes. Source: deb-src dsc(5); Debian Policy 5.4.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/deb822.hpp"
#include "core/result.hpp"
#include "verify/dsc_lists.hpp"

namespace hallmark {

// What a .dsc says.
struct Dsc {
  std::string package;  // its Source field
  std::string version;
  Deb822Paragraph control;
  std::vector<SourceFile> files;      // as Checksums-Sha256 names them
  std::vector<Md5File> files_by_md5;  // the same files, in the same order
};

// Refused (kVerification): more than 1 MiB; a text that is not one clear-signed paragraph; one
// without valid Source, Version, Checksums-Sha256 or Files, or in which these two name other files;
// a file whose name is not of this source package ("SOURCE_…"), or ends as a .deb, .udeb or .dsc
// does; a field that only an index may have (Package, Directory).
Result<Dsc> parse_dsc(std::string_view untrusted_text, const std::string& subject);

// "figlet_2.2.5-3.dsc": without the epoch.
std::string dsc_name(const Dsc& dsc);

struct SourcePackage {
  Dsc dsc;
  std::vector<SourceFile> files;      // the .dsc first
  std::vector<Md5File> files_by_md5;  // the same
};

// Reads regular files, the .dsc first and then in any order. Besides, refused (kVerification):
// files that are not exactly those that the .dsc names, by size, SHA-256 and MD5. Pass private
// copies.
Result<SourcePackage> read_source(std::span<const int> files, const std::string& subject);

// The fields of the .dsc, with Package for Source, then Directory, Files and Checksums-Sha256, the
// .dsc among these. Ends in one newline. `folder` is that of verify/pool_folder.hpp.
std::string sources_stanza(const SourcePackage& source, std::string_view folder);

// The files of a stanza that sources_stanza made: the .dsc first.
Result<std::vector<SourceFile>> files_of_stanza(std::string_view stanza);

}  // namespace hallmark
