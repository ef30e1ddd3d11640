// A lock's "source": what a build takes apart, by hash, and whose keys signed it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "core/json.hpp"
#include "core/model/origin.hpp"

namespace hallmark {

struct LockedFile {
  std::string name;
  uint64_t size = 0;  // bytes
  Sha256Digest sha256;
  std::string url;
};

// The armoured keyring that OpenPGP signatures were judged by.
struct LockedKeyring {
  uint64_t size = 0;  // bytes
  Sha256Digest sha256;
  bool operator==(const LockedKeyring&) const = default;
};

struct LockedSource {
  OriginKind kind = OriginKind::kDsc;
  // kDsc
  std::string package;
  std::string version;
  std::string signer;  // OpenPGP fingerprint
  // kDsc: the .dsc first. kTarball: the archive, then its signature.
  std::vector<LockedFile> files;
  // kGit
  std::string url;
  std::string tag;
  std::string tag_object;  // git object ids, lower-case hex
  std::string commit;
  std::string tree;
  Sha256Digest content_sha256;  // docs/formats.md, "source content digest"
  // kGit, kTarball: of the keys that signed, sorted: SHA256:… of an SSH key, 40 upper-case digits
  // of an OpenPGP primary key.
  std::vector<std::string> signers;
  std::optional<LockedKeyring> keyring;  // there if the product names OpenPGP keys
};

// Errors are recorded in the reader.
LockedSource read_locked_source(ObjectReader& reader);
Json to_json(const LockedSource& source);

// Requires a version (core/safe_path.hpp), or records an error about `key`.
std::string read_version(ObjectReader& reader, const std::string& key);
// Requires the id of a git object, 40 or 64 lower-case hexadecimal digits.
std::string read_git_id(ObjectReader& reader, const std::string& key);

}  // namespace hallmark
