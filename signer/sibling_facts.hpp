// What the signer remembers of the other terminals of its group, from their release logs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/bytes.hpp"
#include "core/merkle.hpp"

namespace hallmark {

// One sibling's log, as far as it was imported.
struct Sibling {
  std::string terminal;
  std::string key;            // that signs its checkpoints, as the policy writes it
  MerkleFrontier tree;        // over the lines that were imported
  int64_t imported_at = 0;    // when it was last known that these were all; seconds since 1970
  MerkleTree seen;            // the largest tree that its key has signed, as far as is known
  std::string contradiction;  // empty: none
};

// What a line of a sibling's log comes to. `request` and `policy` are SHA-256 in hex; empty: the
// line has none.
struct SiblingLine {
  std::string terminal;
  uint64_t sequence = 0;
  int64_t time = 0;  // that it counts as of (signer/sibling_bounds.hpp); seconds since 1970
  std::string kind;
  std::string request;             // the text that led to the line
  std::string policy;              // that was in force
  std::string new_policy;          // of kind "policy": that came into force
  std::optional<uint64_t> number;  // of an import: of the manifest's files
  // Of an acceptance, a promotion and a withdrawal; SHA-256 in hex.
  std::string sha256;
  std::string suite;
  std::string component;
  // Of the acceptance of a .deb, as its control file says; else empty.
  std::string package;
  std::string package_version;
  std::string architecture;
  // Of what it had itself adopted: from whom, and the first line and the time there.
  std::string origin;
  uint64_t origin_sequence = 0;
  int64_t origin_time = 0;
  bool pending = false;  // to be judged here
  std::string text;
};

// A Release, or InRelease, that some terminal of the group signed.
struct KnownRelease {
  std::string terminal;
  std::string suite;
  std::string file;  // "Release", "InRelease"
  Sha256Digest sha256;
  int64_t date = 0;  // seconds since 1970
};

}  // namespace hallmark
