// products/NAME/VERSION.lock.json: everything a build reads, by hash. Written by `hallmark pin`,
// reviewed and approved by people, believed by nobody: each program checks what it uses against it.
// "The lock digest" is the SHA-256 of the file's bytes. Schema: docs/schema/lock.schema.json.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/dependencies.hpp"
#include "core/model/locked_source.hpp"
#include "core/model/product.hpp"
#include "core/model/target.hpp"
#include "core/result.hpp"

namespace hallmark {

struct LockedIndex {
  std::string path;  // relative to dists/SUITE
  Sha256Digest sha256;
  uint64_t size = 0;
};

// A signed apt archive that vouches for packages: InRelease -> indices -> packages.
struct LockedArchive {
  std::string uri;
  std::string suite;
  Sha256Digest keyring_sha256;
  Sha256Digest inrelease_sha256;
  uint64_t inrelease_size = 0;
  std::vector<LockedIndex> indices;
};

struct LockedPackage {
  std::string name;
  std::string version;
  std::string architecture;
  uint64_t size = 0;
  Sha256Digest sha256;
  std::string url;
};

struct LockedEnvironment {
  std::string name;
  std::string architecture;
  std::optional<Sha256Digest> environment_sha256;  // absent only while pin is at work
  std::string mmdebstrap;                          // version that made it
  std::vector<LockedArchive> archives;
  std::vector<LockedPackage> packages;
};

struct Lock {
  std::string product;
  std::string version;
  Sha256Digest product_sha256;  // of products/NAME.json
  int64_t source_date_epoch = 0;
  LockedSource source;
  std::vector<LockedDependencies> dependencies;  // those of the product, in its order
  std::vector<LockedEnvironment> environments;
  std::vector<Target> targets;

  const LockedEnvironment* environment(std::string_view name) const;
  bool has_target(const Target& target) const;
};

Result<Lock> parse_lock(std::string_view untrusted_text, const std::string& subject);
Json to_json(const Lock& lock);

}  // namespace hallmark
