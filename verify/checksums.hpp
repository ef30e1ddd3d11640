// SHA256SUMS of a release, and its two signatures: what a person checks a downloaded file with who
// has neither apt nor a tool of ours.
//
//   releases/PRODUCT/VERSION/SHA256SUMS          a line for each file: DIGEST, two spaces, NAME
//   releases/PRODUCT/VERSION/SHA256SUMS.asc      detached OpenPGP signatures, armoured
//   releases/PRODUCT/VERSION/SHA256SUMS.sshsig   SSHSIG by a terminal's log key
//
// NAME is the last part of the path that hosts serve the file under; lines are in the order of
// the names' bytes. Source of the format: sha256sum(1), text mode, without names that it would
// have to escape.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/model/policy.hpp"
#include "core/result.hpp"

namespace hallmark {

// Of the SSHSIG. Not "file": whatever else the key signs some day is no list of checksums.
inline constexpr std::string_view kChecksumsNamespace = "hallmark-checksums@v1";

inline constexpr const char* kChecksumsFile = "SHA256SUMS";
inline constexpr const char* kChecksumsOpenPgpFile = "SHA256SUMS.asc";
inline constexpr const char* kChecksumsSshsigFile = "SHA256SUMS.sshsig";
inline constexpr std::size_t kMaxChecksums = std::size_t{4} << 20U;  // bytes of SHA256SUMS

struct ListedChecksum {
  std::string name;
  Sha256Digest sha256;
};

// Refused (kVerification): a name that sha256sum would escape, or that is a path; two files of one
// name. The same file twice is one line.
Result<std::string> render_checksums(std::vector<ListedChecksum> files);

// "releases/PRODUCT/VERSION/", both of them names.
std::string checksums_folder(const std::string& product, const std::string& version);

// What `ssh-keygen -Y verify -f` reads (ssh-keygen(1), "ALLOWED SIGNERS"): a line for the log key
// of each terminal, of one principal, which is the name of the policy's origin. A key that is no
// longer in the policy is not there.
std::string checksums_allowed_signers(const Policy& policy);

}  // namespace hallmark
