// An apt archive's Release: what its signature vouches for. Source: Debian wiki "DebianRepository/
// Format"; apt's own reading of it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace hallmark {

struct ReleaseEntry {
  Sha256Digest sha256;
  uint64_t size = 0;  // bytes
};

struct ReleaseFile {
  std::string suite;
  std::string codename;
  std::string label;
  // Every field but the lists of files, those above among them.
  std::map<std::string, std::string> fields;
  bool by_hash = false;  // old and new indices are also at by-hash/SHA256/DIGEST
  std::map<std::string, ReleaseEntry> files;  // by path below dists/SUITE

  bool is_for(std::string_view name) const { return name == suite || name == codename; }
  // What it holds is there for security's sake: its Label is Debian-Security, or its Suite or
  // Codename ends in -security. Nothing else says so.
  bool is_security() const;
};

// The text of a Release without its signature.
Result<ReleaseFile> parse_release(std::string_view text, const std::string& subject);

// An InRelease, by whichever of the keyrings has signed it. The keyrings are tried one at a time;
// `keyring`, where given, becomes the one.
Result<ReleaseFile> verify_inrelease(std::string_view untrusted_text,
                                     const std::vector<std::string>& keyrings,
                                     const std::string& subject, std::string* keyring = nullptr);

}  // namespace hallmark
