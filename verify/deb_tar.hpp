// The tar archive inside a .deb's control member, or a data member that is as simple, already
// decompressed.
//
// It is walked here and not by libarchive, because a tar archive that two programs take apart
// differently would show one control file to us and another to dpkg. So: only plain files and
// directories, in the v7, ustar and GNU forms, with names that fit the header; no links, no
// extended headers, no name that leaves the directory; one `control`; zeros from the end mark to
// the end. Source: tar(5).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace hallmark {

// Limits: 10,000 entries; `control` at most 1 MiB.
Result<std::string> find_control_in_tar(std::string_view untrusted_tar, const std::string& subject);

// Every plain file, by name. A name that comes twice is refused. The same limits, each file's size
// bounded by the archive's alone.
Result<std::map<std::string, std::string>> files_in_control_tar(std::string_view untrusted_tar,
                                                                const std::string& subject);

// Of a data member, its folders too ("usr/"), but for the root. Refused besides: what has another
// owner or group than root, more permissions than 0755, or set-user-id and the like.
Result<std::map<std::string, std::string>> files_in_data_tar(std::string_view untrusted_tar,
                                                             const std::string& subject);

}  // namespace hallmark
