// Build environments: made from a lock's packages by mmdebstrap, kept as tar files and unpacked.
//
// The same packages give the same bytes, whoever makes them and wherever; so a lock names the
// environment's SHA-256. One that was made before is used again when it was made from the very
// packages of this lock and still has the hash that the lock names: a lock cannot show reviewers
// one list of packages and have the environment of another.
#pragma once

#include <string>

#include "core/fd.hpp"
#include "core/layout.hpp"
#include "core/model/lock.hpp"
#include "core/model/product.hpp"

namespace hallmark {

struct EnvironmentFile {
  UniqueFd tar;
  Sha256Digest sha256;
};

class EnvironmentStore {
 public:
  // All must outlive it. `workspace`: a folder of this process on the same file system as build/.
  EnvironmentStore(const Layout& layout, const Lock& lock, const Product& product,
                   const std::string& workspace)
      : layout_(layout), lock_(lock), product_(product), workspace_(workspace) {}

  // The kept environment that the lock names, or else a new one, which must then have the hash that
  // the lock names (kVerification), if it names one. Before packages are used they are proved to be
  // what their signed archives hold (archive_chain.hpp).
  Result<EnvironmentFile> get(const LockedEnvironment& environment) const;

  // A folder with what is in `file`, which get() gave for `environment`: the kept one, if it still
  // is that to the last byte, or else a new one. Only to be read.
  Result<std::string> unpacked(const LockedEnvironment& environment,
                               const EnvironmentFile& file) const;

  // Of the same packages only the essential ones, apt, and what these need: a machine on which
  // nothing is installed yet. `pool`: a folder with all of them and their whole index
  // (environment_pool.hpp). No lock names its hash.
  Result<UniqueFd> get_basic(const LockedEnvironment& environment, const std::string& pool) const;

 private:
  Result<EnvironmentFile> make(const LockedEnvironment& environment) const;
  // Where an environment of these packages, dated so, is kept, unpacked, and as a file with ".tar"
  // after it: the name is a digest over all that goes into it.
  std::string kept_path(const LockedEnvironment& environment, int64_t date) const;
  Result<EnvironmentFile> keep(const LockedEnvironment& environment, const std::string& tar) const;

  const Layout& layout_;
  const Lock& lock_;
  const Product& product_;
  const std::string& workspace_;
};

}  // namespace hallmark
