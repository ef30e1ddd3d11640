// What an APK, or an app bundle, says of itself: its manifest, its ZIP, its signing block.
//
// NOTHING HERE IS VERIFIED. Signers and certificates are those that the file claims; whether they
// signed it is the verifier's to say (verify/apk/verify.hpp). Parts that cannot be read are named
// among the problems, and the rest is there all the same; only a file whose ZIP structure is
// refused cannot be inspected at all. Sizes are bounded: 10 signers in a scheme, 64 pairs, 32
// nodes of a lineage, 4096 permissions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "core/result.hpp"
#include "verify/apk/manifest.hpp"
#include "verify/apk/report.hpp"

namespace hallmark {

struct ZipFacts {
  uint64_t size = 0;  // of the file
  std::size_t entries = 0;
  std::size_t stored = 0;
  std::size_t deflated = 0;
  // The largest power of two, up to 65536, of which the data of every such entry is at a multiple;
  // nothing if there is no such entry.
  std::optional<uint32_t> stored_alignment;
  std::optional<uint32_t> native_alignment;  // of stored *.so
};

struct SigningBlockFacts {
  uint64_t offset = 0;
  uint64_t size = 0;
  struct Pair {
    uint32_t id = 0;
    std::string name;  // "signature v2", "unknown"
    std::size_t size = 0;
  };
  std::vector<Pair> pairs;
};

struct ClaimedCertificate {
  std::string sha256;  // of the DER
  std::string subject;
  std::string key;                        // "RSA 4096"; empty if the key cannot be read
  std::vector<std::string> capabilities;  // of a node of a lineage
};

struct ClaimedSigner {
  std::string scheme;  // "v1", "v2", "v3", "v3.1"
  ClaimedCertificate certificate;
  std::optional<uint32_t> min_sdk;  // v3 and later
  std::optional<uint32_t> max_sdk;
  std::vector<ClaimedCertificate> lineage;  // oldest first; empty: never rotated
};

struct ApkInspection {
  std::string file;
  bool bundle = false;
  // Of a bundle: its base module's. The version name is cut to 256 characters.
  std::optional<ApkManifest> manifest;
  std::vector<std::string> modules;  // of a bundle
  std::vector<std::string> abis;     // verify/apk/native_code.hpp
  ZipFacts zip;
  std::optional<SigningBlockFacts> block;
  bool has_v1 = false;
  std::vector<ClaimedSigner> signers;
  // SHA-256 of the certificate that the source stamp names, in hex; empty: there is none.
  std::string source_stamp;
  std::vector<ApkFinding> problems;
};

// An Error of kind kVerification has a ZIP_… code as its subject.
Result<ApkInspection> inspect_apk(int untrusted_fd, const std::string& file);

// docs/cli.md describes it.
Json to_json(const ApkInspection& inspection);

}  // namespace hallmark
