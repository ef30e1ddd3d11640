// Which files a .deb would put on a machine: what the Contents index says of it.
//
// The data member is walked as dpkg walks it (deb_data.hpp), so that what is listed is what is
// installed. File contents are skipped.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "verify/deb_package.hpp"

namespace hallmark {

// What Contents calls the package: "utils/figlet", or "figlet" where the Section is missing or is
// no plain word, or one of over 100 bytes.
std::string contents_name(const DebPackage& deb);

// What is kept of a package's paths: a gzip member of the sorted paths, each with a newline. Left
// out are directories, and paths that a line cannot hold: those with a control character.
// Refused (kVerification): a data member that is not compressed as it says, malformed, that ends
// before its end mark, with a path of over 4096 bytes or with "..", more than 500,000 entries or 32
// MiB of paths, or that unpacks to more than 16 GiB; and, of a package that is to be judged, a
// second compressed stream, but of gzip, whose members dpkg reads all (what follows a first stream
// is unpacked by a dpkg that runs the compressor's program, and not by one that has its library);
// and paths that were chosen by their hashes, so that Contents' shards (verify/contents_index.hpp)
// would be huge or very many: lines of more than 2 MiB on end that begin none, or that more than 64
// paths and one in 64 begin one. What was accepted already, here or elsewhere, is taken as it is.
enum class DebPaths { kToJudge, kAccepted };
Result<std::string> packed_deb_paths(int untrusted_fd, const DebPackage& deb, DebPaths which,
                                     const std::string& subject);

// The text that is packed.
Result<std::string> unpack_deb_paths(std::string_view packed);

}  // namespace hallmark
