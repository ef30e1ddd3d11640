// The Release file of a suite: written by the signer, from its policy and from indices that it
// checked. Source of the format: wiki.debian.org/DebianRepository/Format.
#pragma once

#include <string>
#include <vector>

#include "core/digest.hpp"
#include "core/model/policy.hpp"

namespace hallmark {

struct ReleaseEntry {
  std::string path;  // relative to dists/SUITE
  FileDigest digest;
};

// The list of files, as it stands in Release under "SHA256:". SHA-256 alone is listed, so that
// by-hash/SHA256 is all that a repository needs.
std::string release_list(const std::vector<ReleaseEntry>& entries);

struct ReleaseFacts {
  const Policy& policy;
  const SuitePolicy& suite;
  int64_t date;         // seconds since 1970
  int64_t valid_until;  // seconds since 1970
  const std::string& list;
};
std::string render_release(const ReleaseFacts& facts);

}  // namespace hallmark
