// The repository of one terminal: its state, its file tree and the rules for changing them.
//
// Every function is one request's work: it is done entirely or, as far as anyone can see, not at
// all. The caller holds the repository lock.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/model/policy.hpp"
#include "core/result.hpp"
#include "publisher/repository/state.hpp"
#include "publisher/repository/tree.hpp"

namespace hallmark {

struct Repository {
  RepositoryState state;
  Tree tree;

  static Result<Repository> open(const Layout& layout);
};

// Where packages go.
struct Destination {
  std::string suite;
  std::string component;
};

struct Included {
  std::vector<PoolPackage> added;  // to the suite; without stanzas
  std::size_t unchanged = 0;       // were in it before, with the same bytes
};

// Adds .deb files to the pool and to a suite. Refused by policy, with nothing changed: a suite,
// component or architecture that policy does not have; other bytes for a name, version and
// architecture that the pool has, in whatever suite; a version below the suite's newest. Within one
// call lower versions are taken first, whatever the order of the files.
Result<Included> include_packages(Repository& repository, const Policy& policy,
                                  const Destination& destination,
                                  std::span<const int> untrusted_files);

// Adds a source package, its .dsc first and then the files that this names, in any order, to the
// pool and to a suite: `added` is one, or `unchanged`. Refused by policy, with nothing changed, as
// packages are; but a lower version is not, because packages alone have to rise.
Result<Included> include_source(Repository& repository, const Policy& policy,
                                const Destination& destination,
                                std::span<const int> untrusted_files);

// What a signed APK that others made has to be.
struct ExpectedApk {
  std::string application;
  uint64_t version_code = 0;
  std::vector<std::string> certificates;  // SHA-256 in hex: each signer's is among them
};

// Adds a signed APK as apk/NAME, and its .idsig, if it has one, as apk/NAME.idsig. Its signatures
// must verify; other bytes under a name that is taken are refused. False: all was there before.
Result<bool> include_apk(Repository& repository, const std::string& name, int untrusted_apk,
                         std::optional<int> untrusted_idsig = std::nullopt,
                         const std::optional<ExpectedApk>& expected = std::nullopt);

struct PackageName {
  std::string suite;
  std::string package;
  std::string version;
  std::string architecture;  // empty: every one, and the source; "source": that alone
  std::string component{};   // empty: every one
};

// Takes packages out of suites, all of them or none: those that were withdrawn, or never accepted.
// How many were there. Their bytes go too, unless another suite or a package host has them.
Result<std::size_t> remove_packages(Repository& repository, std::span<const PackageName> names);

// A .deb, or a .dsc, whose place newer versions have taken; or a .dsc that stands again. Each has a
// higher number than what left, or returned, before it.
struct LeavingPackage {
  int64_t number = 0;
  bool returned = false;
  PackageName name;
  Sha256Digest sha256;
};
// Takes them out, and remembers that their suites do not take them again; or that they do, of what
// returned. How many were there.
Result<std::size_t> retire_packages(Repository& repository,
                                    std::span<const LeavingPackage> packages);

// Takes a signed APK with this digest, and its .idsig, out of the repository: wherever it is, or at
// this path alone. False: there is none.
Result<bool> remove_apk(Repository& repository, const Sha256Digest& sha256,
                        const std::string& path = "");

struct ComposedSuite {
  std::string suite;
  bool changed = false;
  std::vector<ServedFile> indices;  // paths below the tree; by-hash names are not listed
};

// Writes the suite's index files: for each of policy's components and architectures Packages,
// Packages.gz and Packages.xz, for each component that has sources Sources, Sources.gz and
// Sources.xz; where policy wants it Contents-ARCH.gz; each also as by-hash/SHA256/HEX. Beside them,
// where policy sends apt to them, changelogs (changelogs.hpp). The bytes follow from the set of
// packages alone. Old by-hash files are kept. A compose that changes nothing
// writes nothing.
Result<ComposedSuite> compose_suite(Repository& repository, const SuitePolicy& suite);

// Takes over a signed Release of the indices last composed. `known`: digests of InReleases that it
// may replace on a host, besides those of this terminal. It must list exactly these indices, and
// InRelease must be the same text, clear-signed. The signatures are not judged here: the served
// files are, by everybody's own keyring.
Status attach_release(Repository& repository, const Release& untrusted_release,
                      const std::vector<Sha256Digest>& known = {});

}  // namespace hallmark
