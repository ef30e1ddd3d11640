// What the signer keeps for the F-Droid repository.
#pragma once

#include <cstdint>
#include <string>

#include "core/bytes.hpp"

namespace hallmark {

// The signed form of an accepted app, seen here: signed by this terminal, or handed in as another
// one signed it.
struct ApkFacts {
  Sha256Digest unsigned_sha256;  // of what was accepted
  Sha256Digest sha256;
  int64_t size = 0;
  std::string manifest;  // JSON, fdroid_manifest() of verify/fdroid/version.hpp
};

// One that belongs into the index.
struct ListedApk {
  ApkFacts facts;
  std::string application;
  std::string path;   // where hosts serve it
  int64_t added = 0;  // seconds since 1970: when it was accepted, on whichever terminal
};

// What only another terminal's log tells of.
struct UnseenApk {
  std::string terminal;
  std::string path;
};

struct SignedFdroidIndex {
  int64_t timestamp = 0;  // seconds since 1970
  Sha256Digest sha256;    // of the index
  std::string entry;      // entry.json
  std::string jar;        // entry.jar
  Sha256Digest certificate;
};

// What known_release calls the signed index: no suite has such a file.
inline constexpr const char* kFdroidSuite = "apk";
inline constexpr const char* kFdroidFile = "entry.jar";

}  // namespace hallmark
