// The facts that the signer's state holds, as its functions take and give them (state.hpp).
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "core/merkle.hpp"
#include "core/model/policy.hpp"
#include "core/model/record.hpp"
#include "core/model/target.hpp"
#include "verify/pool_folder.hpp"

namespace hallmark {

// Where the release log ends. `pending` are the newest lines; they are in the file or still have to
// be appended at `offset`.
struct LogHead {
  MerkleFrontier tree;  // over all lines, the pending ones included
  int64_t offset = 0;   // bytes of the file before `pending`
  std::string pending;
};

// The last checkpoint that was signed: what the log must always continue.
struct SignedCheckpoint {
  MerkleTree tree;
  std::string note;
};

// What a key signed last.
struct KeyUse {
  std::string what;                  // "dists/stable/InRelease"
  int64_t at = 0;                    // seconds since 1970
  std::optional<uint64_t> sequence;  // of its line in the log; none of a checkpoint
};

struct InstalledPolicy {
  Policy policy;
  Sha256Digest sha256;  // of the text as it was installed
};

// One row of the policy's history.
struct PolicyInForce {
  Sha256Digest sha256;
  std::string text;
  int64_t since = 0;                      // seconds since 1970
  std::optional<Sha256Digest> statement;  // whose approval put it in force; none of the first
};

struct AcceptedArtefact {
  std::string name;
  std::string kind;  // "deb", "apk", "aab"; "dsc", "source": what the .dsc names
  Sha256Digest sha256;
  int64_t size = 0;
  std::string path{};  // of an APK: where hosts serve its signed form
};

// Of the source package that a build was made from.
inline bool is_source(const std::string& kind) { return kind == "dsc" || kind == "source"; }

// One build of a lock for one target, accepted under one approval.
struct AcceptedBuild {
  Sha256Digest lock;
  Target target;
  std::string product;
  std::string version;
  Sha256Digest record;
  Evidence evidence = Evidence::kBuilt;  // that it was accepted with
  Evidence alone = Evidence::kBuilt;     // what the record says, without rebuilders
  Sha256Digest statement;
  uint64_t rollout = 100;  // the share that the product file begins with, in percent
  std::vector<AcceptedArtefact> artefacts;
  bool unread = false;  // in an adoption: it was called back since, and its bytes were never here
};

// A release of a product, in one suite or in every one.
struct ReleaseInSuite {
  std::string product;
  std::string version;
  std::string suite;  // kEverySuite of core/model/approval.hpp, or one
};

// Who else has the bytes of a release: itself, too.
struct ReleaseHolder {
  std::string product;
  std::string suite;
  std::string component;
  int64_t accepted_at = 0;  // seconds since 1970
};

struct ReleaseArtefact {
  std::string suite;
  std::string component;
  std::string name;
  std::string kind;  // as of AcceptedArtefact
  Sha256Digest sha256;
  int64_t size = 0;
};

struct FormerPackage {
  std::string suite;
  std::string component;
  std::string package;
  std::string version;
  std::string architecture;
};

// A .deb where a suite has it.
struct DebInComponent {
  std::string component;
  std::string sha256;  // in hex
  auto operator<=>(const DebInComponent&) const = default;
};

// Newer versions have taken its place.
struct RetiredPackage {
  int64_t number = 0;     // each has a higher one than what left, or returned, before it
  bool returned = false;  // it stands again: a source, with a package that came late
  FormerPackage package;
  Sha256Digest sha256;
};

// A .deb's entry in the index of one (suite, component, architecture), as the signer derived it.
struct IndexPlace {
  std::string suite;
  std::string component;
  std::string architecture;  // of the index; kSourceIndex: the component's sources
};
struct DerivedStanza {
  std::string package;
  std::string version;
  std::string package_architecture;  // "all" is in the index of every architecture
  Sha256Digest sha256;               // of the .deb, or of the .dsc
  std::string text;
};

// What the Contents index says of a .deb (verify/deb_paths.hpp).
struct ListedPaths {
  std::string name;
  std::string packed;
};

struct PublishedDeb {
  std::string version;
  Sha256Digest sha256;
};

struct PackageInSuite {
  std::string suite;
  std::string component;
  DerivedStanza stanza;  // without a text: it has left the suite
};

// A version of a package that is lower than the highest that a suite has had.
struct LoweredVersion {
  std::string suite;
  std::string package;
  std::string version_now;
  std::string version_wanted;
};

// Which share of the machines that have its packages is to take a release, in percent.
struct RolloutShare {
  uint64_t share = 100;
  std::vector<Sha256Digest> after;  // by these statements, which no other follows; sorted
};

// A release in a suite. A package that another release has there too may be taken by more.
struct RollingOut {
  ReleaseInSuite release;
  uint64_t lowest = 100;  // of its packages, percent
  uint64_t highest = 100;
};

// Until a day, less evidence than the policy's is enough for a product in a suite.
struct LoweredEvidence {
  std::string product;
  std::string suite;
  Evidence evidence = Evidence::kPrebuilt;
  std::string owner;  // a name in the policy
  int64_t until = 0;  // seconds since 1970
};

// One attestation (the digest of what was signed) of one owner.
struct Saying {
  Sha256Digest attestation;
  std::string owner;
};

// What a rebuilder said of a build (verify/attestation.hpp).
struct KeptAttestation {
  Sha256Digest statement;  // of what was signed
  std::string key;         // fingerprint
  std::string owner;       // whose key it was when it came
  std::string product;
  std::string version;
  Sha256Digest lock;
  Target target;
  int64_t finished_at = 0;  // seconds since 1970, by the rebuilder's clock
  std::vector<BuiltArtefact> artefacts;
};

// A shard of an index in a compressed form that the signer once decoded itself (index_check.hpp).
struct KnownForm {
  Sha256Digest shard;          // of the plain text
  Sha256Digest sha256;         // of the compressed bytes
  uint64_t size = 0;           // of them
  uint64_t unpadded_size = 0;  // of an .xz block; otherwise 0

  bool operator==(const KnownForm&) const = default;
};

constexpr int64_t kAnyTime = std::numeric_limits<int64_t>::max();

// Within what version codes rise. A release may hold several APKs of one application: for each ABI
// one, and for each flavour of the product; a device only ever upgrades within one of these.
struct AppLane {
  std::string application;  // package name in the manifest
  std::string flavour;      // as the product file names it; empty: the product has none
  std::string abis;         // "any", "x86", "arm64-v8a,armeabi-v7a"; of a bundle: "bundle"
  auto operator<=>(const AppLane&) const = default;
};

// "org.example.app", "org.example.app (flavour fdroid, arm64-v8a)"
std::string describe(const AppLane& lane);

// One of the files that a product's recipe names, as an application and for a target.
struct ProductOutput {
  std::string product;
  Target target;
  std::string name;
  AppLane lane;  // of which the ABIs do not count
};

struct AcceptedApplication {
  AppLane lane;
  int64_t version_code = 0;
  std::string key;      // name of the apk_keys entry
  Sha256Digest sha256;  // of the unsigned APK or bundle
};

// A file that was signed into being.
struct SignedFile {
  Sha256Digest sha256;
  int64_t size = 0;

  bool operator==(const SignedFile&) const = default;
};

struct SignedApk {
  Sha256Digest unsigned_sha256;  // of what was accepted
  SignedFile apk;
  std::optional<SignedFile> idsig;  // where the key signs v4
};

// What another terminal's log says that an APK became.
struct SiblingApk {
  std::string terminal;
  SignedApk apk;
};

// An accepted APK, and where hosts serve its signed form.
struct ApkPlace {
  int64_t number = 0;  // to ask for those after it
  Sha256Digest unsigned_sha256;
  std::string path;
};

// Whose build an artefact was accepted from.
struct AcceptedRelease {
  std::string product;
  std::string version;
  uint64_t size = 0;  // of the artefact
};

struct TimeSpan {
  int64_t after = 0;  // seconds since 1970, itself not in it
  int64_t until = 0;  // itself in it
};

struct SignedRelease {
  std::string suite;
  int64_t date = 0;
  int64_t valid_until = 0;
  Sha256Digest indices;  // SHA-256 of the Release's list of files
  std::string release;
  std::string release_gpg;
  std::string inrelease;
};

// SHA256SUMS of a release (verify/checksums.hpp) and its signatures.
struct SignedChecksums {
  std::string product;
  std::string version;
  std::string sums;
  std::string openpgp;            // SHA256SUMS.asc
  std::string sshsig;             // SHA256SUMS.sshsig
  std::vector<std::string> keys;  // OpenPGP fingerprints as policy names them, then the log key's
};

// One of these three files, as some terminal of the group signed it last.
struct KnownChecksums {
  std::string product;
  std::string version;
  std::string terminal;
  std::string name;  // without its folder
  SignedFile file;
  std::vector<std::string> keys;  // that signed it, as its line says
  int64_t time = 0;               // that it counts as of; seconds since 1970
};

// What this terminal attested of a release (verify/provenance.hpp).
struct SignedProvenance {
  std::string product;
  std::string version;
  std::string statements;  // each ends with a line feed
  std::string file;
  std::string key;  // fingerprint of the log key
};

// A release that some terminal signed checksums of.
struct NamedRelease {
  std::string product;
  std::string version;
};

// What an artefact of a release is called where hosts serve it.
struct DebName {
  std::string package;
  std::string version;
  std::string architecture;
};

}  // namespace hallmark
