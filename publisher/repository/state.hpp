// What the repository holds, and what each package host has of it: push/state.db.
//
// A package is a file of the pool; suites refer to pool files. Memberships are numbered in the
// order in which they came, and a number is never used again: "composed up to 17" and "released up
// to 17" say exactly which packages an index names. Not one of these functions touches the file
// tree.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "core/index_shards.hpp"
#include "core/result.hpp"
#include "publisher/repository/compress.hpp"
#include "publisher/repository/database.hpp"
#include "verify/contents_index.hpp"

namespace hallmark {

// A file that is served: its path below the tree, and its bytes by size and digest.
struct ServedFile {
  std::string path;
  uint64_t size = 0;
  Sha256Digest sha256;
  bool operator==(const ServedFile&) const = default;
};

// The name of an index file by its contents: "…/by-hash/SHA256/HEX" in the folder of the file.
std::string by_hash_path(const ServedFile& index);

// Of one index.
struct IndexPlace {
  std::string suite;
  std::string component;
  std::string architecture;  // kSourceIndex of verify/pool_folder.hpp: of the component's sources
  bool operator==(const IndexPlace&) const = default;
};

// What is new and gone in a Contents index since its shards were written.
struct ContentsDifference {
  struct PoolDeb {
    Sha256Digest sha256;
    std::string path;
    bool listed = false;  // its paths are known
  };
  std::vector<PoolDeb> added;
  std::vector<Sha256Digest> removed;
};

struct PoolPackage {
  std::string package;
  std::string version;
  std::string architecture;
  ServedFile file;     // pool/…
  std::string stanza;  // its entry in the index; empty where a function says that it gives none
  // Of a source package, whose `file` is the .dsc and whose architecture is "source": the files
  // that this names. Empty where a function gives no stanza.
  std::vector<ServedFile> source_files;
};

// A package that fewer than all machines take: Phased-Update-Percentage.
struct PhasedPackage {
  Sha256Digest sha256;
  uint64_t percentage = 0;
  auto operator<=>(const PhasedPackage&) const = default;
};

struct Membership {
  int64_t number = 0;
  std::string suite;
  std::string component;
  PoolPackage package;  // without the stanza
};

// What is empty is not asked for.
struct MemberQuery {
  std::string suite;
  std::string name;  // of the package: itself, or a pattern of *, ? and [...]
  std::string component;
  std::string architecture;
  std::string source;  // package
};

// The newest signed Release of a suite.
struct Release {
  std::string suite;
  int64_t up_to = 0;  // names memberships up to this number; -1: and one that was removed since
  std::string release;
  std::string release_gpg;
  std::string inrelease;
};

// What an APK's manifest says, and who signs it: derived once.
struct AppFacts {
  std::string application;
  std::string manifest;  // JSON, fdroid_manifest() of verify/fdroid/version.hpp
};

// The F-Droid index last composed.
struct FdroidComposition {
  Sha256Digest content;   // SHA-256 of the same index without a time
  int64_t timestamp = 0;  // seconds since 1970
  ServedFile index;
};

// The F-Droid index last signed.
struct FdroidSigned {
  std::string entry;       // entry.json
  std::string jar;         // entry.jar
  std::string page;        // index.html
  bool lacks_apk = false;  // it names an APK that was removed since
};

// SHA256SUMS of a release, and its signatures.
struct ReleaseChecksums {
  std::string product;
  std::string version;
  std::string sums;
  std::string openpgp;  // SHA256SUMS.asc
  std::string sshsig;   // SHA256SUMS.sshsig
  bool operator==(const ReleaseChecksums&) const = default;
};

// What this terminal attested of a release.
struct ReleaseAttestation {
  std::string product;
  std::string version;
  std::string path;  // where it is served
  std::string text;
  bool operator==(const ReleaseAttestation&) const = default;
};

// Rows of the columns path, size and sha256.
Result<std::vector<ServedFile>> read_served_files(Statement rows);

class RepositoryState {
 public:
  static Result<RepositoryState> open(const std::string& path);
  // Several changes that are made together or not at all.
  Result<Transaction> transaction() { return Transaction::begin(database_); }

  // Every pool file of this package, version and architecture (empty: of each), in any component;
  // no stanzas.
  Result<std::vector<PoolPackage>> pool_packages(const std::string& package,
                                                 const std::string& version,
                                                 const std::string& architecture);
  Result<std::optional<ServedFile>> pool_file(const std::string& path);
  Status add_pool_package(const PoolPackage& package);

  // Of any source package.
  Result<std::optional<ServedFile>> source_file(const std::string& path);
  // Has the suite's component any?
  Result<bool> has_sources(const std::string& suite, const std::string& component);

  Result<std::vector<std::string>> versions(const std::string& suite, const std::string& package,
                                            const std::string& architecture);
  // False: it was a member already.
  Result<bool> add_member(const std::string& suite, const std::string& component,
                          const std::string& pool_path);
  // Takes the package out of the suite; the next compose writes its indices anew. Other bytes may
  // take its place, unless some suite or some host has it. Empty: it was not there; else the files
  // that nothing refers to any more, of which there may be none.
  Result<std::optional<std::vector<std::string>>> remove_member(const std::string& suite,
                                                                const std::string& pool_path);
  // What the suite's component does not take again, or takes again after all: the signer told of it
  // under this number.
  struct Retired {
    int64_t number = 0;
    bool returned = false;
  };
  Status set_retired(const std::string& suite, const std::string& component,
                     const Sha256Digest& sha256, const Retired& retired);
  Result<bool> is_retired(const std::string& suite, const std::string& component,
                          const Sha256Digest& sha256);
  // The highest such number; 0: nothing was told.
  Result<int64_t> last_retired();
  // The highest membership number of the suite; 0 if it has none.
  Result<int64_t> newest_member(const std::string& suite);
  // All of a suite's phased packages, in place of those that it had; the next compose writes its
  // indices anew if they are others.
  Status set_phased(const std::string& suite, std::vector<PhasedPackage> packages);

  // The entries of one index in its order (verify/deb_package.hpp, stanza_before): packages of the
  // architecture, and of "all"; or sources. A stanza is the visitor's until it returns.
  using StanzaVisitor = std::function<Status(std::string_view stanza, const Sha256Digest& file)>;
  Status each_index_stanza(const IndexPlace& place, const StanzaVisitor& visit);

  // What was compressed for the index as it was last composed, by the shard's digest.
  Result<std::optional<CompressedShard>> shard(const IndexPlace& place, const Sha256Digest& sha256);
  Status add_shard(const IndexPlace& place, const Sha256Digest& sha256,
                   const CompressedShard& shard);
  // Forgets every other shard of the index.
  Status keep_shards(const IndexPlace& place, const std::vector<IndexShard>& kept);

  // Contents indices, whose shards are kept here (verify/contents_index.hpp). `place` is that of
  // the Packages index with the same packages.
  Result<ContentsDifference> contents_difference(const IndexPlace& place);
  // Of a .deb in the pool: what Contents calls it, and its packed paths (verify/deb_paths.hpp).
  Status add_deb_paths(const Sha256Digest& deb, const std::string& name, const std::string& packed);
  // Brings the shards up to date with the difference, of which every package's paths are known.
  Status update_contents_shards(const IndexPlace& place, const ContentsDifference& difference);
  // Forgets the suite's other places.
  Status keep_contents(const std::string& suite, const std::vector<IndexPlace>& kept);
  // A gzip member for each shard, in order.
  using FormVisitor = std::function<Status(std::string_view form)>;
  Status each_contents_form(const IndexPlace& place, const FormVisitor& visit);

  // Changelogs (changelogs.hpp), of the .debs of those suites whose policy wants them. A row is of
  // one .deb, and several may have one path.
  // Up to which membership the suite's were looked for; nothing: it wants none.
  Result<std::optional<int64_t>> changelogs_up_to(const std::string& suite);
  Status set_changelogs_up_to(const std::string& suite, std::optional<int64_t> number);
  // The suite's .debs that were not looked into.
  Result<std::vector<ServedFile>> debs_without_changelog(const std::string& suite);
  // Of such a .deb; nothing: it has none.
  Status add_changelog(const ServedFile& deb, const std::optional<ServedFile>& changelog);
  // As if the .debs that bring this one were not looked into; their suites are not current.
  Status forget_changelog(const Sha256Digest& sha256);
  // Those of .debs that are in no suite that wants them any more, or have other bytes by now.
  Result<std::vector<ServedFile>> forget_changelogs();
  // By path, and then in the order of their .debs' paths: of those with one path the first is
  // served.
  Result<std::vector<ServedFile>> changelogs();
  // The same of .debs that some release names.
  Result<std::vector<ServedFile>> released_changelogs();

  // Memberships with a number above `after`, at most `limit`, in order, of what the query names.
  Result<std::vector<Membership>> members(const MemberQuery& query, int64_t after, int64_t limit);

  Result<std::optional<ServedFile>> apk(const std::string& path);
  Status add_apk(const ServedFile& file);
  Result<std::vector<ServedFile>> apks();
  // Its facts go too, and the signed F-Droid index lacks it from then on.
  Status remove_apk(const std::string& path);

  Status add_app_facts(const Sha256Digest& apk, const AppFacts& facts);
  // By SHA-256 in hex.
  Result<std::map<std::string, AppFacts>> app_facts();
  // JSON (verify/fdroid/texts.hpp), in place of what there was.
  Status set_app_texts(const std::string& application, const std::string& texts);
  Status each_app_text(
      const std::function<Status(const std::string& application, const std::string& texts)>& visit);
  Result<std::optional<FdroidComposition>> fdroid_composition();
  Status set_fdroid_composition(const FdroidComposition& composition);
  // `files`: what the index names besides APKs, and itself.
  Status set_fdroid_entry(const FdroidSigned& entry, const std::vector<ServedFile>& files);
  Result<std::optional<FdroidSigned>> fdroid_entry();
  Result<std::vector<ServedFile>> fdroid_files();

  // In place of what there was of the release.
  Status set_checksums(const ReleaseChecksums& checksums);
  Status set_attestation(const ReleaseAttestation& attestation);
  Result<std::vector<ReleaseAttestation>> attestations();
  // Both of these.
  Status forget_release(const std::string& product, const std::string& version);
  Result<std::optional<ReleaseChecksums>> checksums_of(const std::string& product,
                                                       const std::string& version);
  Result<std::vector<ReleaseChecksums>> checksums();

  // The index files (paths below the tree) of the last compose.
  Result<std::vector<ServedFile>> composed_indices(const std::string& suite);
  Result<int64_t> composed_up_to(const std::string& suite);
  Status set_composed(const std::string& suite, int64_t up_to,
                      const std::vector<ServedFile>& indices);

  // Takes the composed indices over as those of the release.
  Status set_release(const Release& release);
  // New texts, and with them new dates, for the release and its indices as they are; `up_to` is not
  // looked at.
  Status renew_release(const Release& texts);
  Result<std::vector<Release>> releases();
  Result<std::vector<ServedFile>> release_indices(const std::string& suite);
  // InReleases of a suite that a host may serve until this terminal replaces them: its own, and
  // those that the signer judged before it signed its own.
  Status add_known_inrelease(const std::string& suite, const Sha256Digest& sha256);
  Result<bool> knows_inrelease(const std::string& suite, const Sha256Digest& sha256);
  // Every pool file that some release names.
  Result<std::vector<ServedFile>> released_pool_files();

  struct HostFile {
    ServedFile file;
    bool checked = false;       // what every public address serves was compared with it
    int64_t unnamed_since = 0;  // 0: what the host serves names it
    int64_t unnamed_by = 0;     // the publish from which on nothing there named it
  };
  Result<std::vector<HostFile>> host_files(const std::string& host);
  // `checked` becomes false.
  Status set_host_file(const std::string& host, const ServedFile& file);
  Status set_checked(const std::string& host, const ServedFile& file);
  Status forget_host_file(const std::string& host, const std::string& path);

  // What the host serves names the file again; or names it no longer.
  Status set_named(const std::string& host, const std::string& path);
  Status set_unnamed(const std::string& host, const std::string& path, int64_t since,
                     int64_t publish);
  // The sets of indices that a host came to serve of each suite, newest first. Publishes of a host
  // are numbered from 1 on, as far as one of them changed a suite.
  struct Generation {
    std::string suite;
    int64_t publish = 0;
    std::string indices;  // a digest of the set
  };
  Result<std::vector<Generation>> generations(const std::string& host);
  Status add_generation(const std::string& host, const Generation& generation);
  Status forget_generations_before(const std::string& host, const Generation& oldest);
  // What the pool and apk/ hold, whichever suite has it.
  Result<std::vector<ServedFile>> stored_files();
  Result<std::vector<ServedFile>> all_composed_indices();
  Result<std::vector<std::string>> paths_on_hosts();
  // Those that are in no suite and on no host.
  Status forget_unused_packages();
  // Every host that something was published to.
  Result<std::vector<std::string>> hosts();
  Status forget_host(const std::string& host);
  // Files of the pool that are in any suite, also those of source packages.
  Result<std::vector<std::string>> member_paths();
  // The suites that a file of the pool was taken out of, on its own or with its source package.
  Result<std::vector<std::string>> former_suites(const std::string& pool_path);

 private:
  explicit RepositoryState(Database database) : database_(std::move(database)) {}
  Status forget_composed(const std::string& suite);
  Status add_source_files(const PoolPackage& source);
  // Those that the .dsc brings along.
  Result<std::vector<ServedFile>> source_files(const std::string& dsc_path);
  Result<std::vector<std::string>> remove_unused(const std::string& pool_path);
  Result<std::vector<ContentsDifference::PoolDeb>> contents_added(const IndexPlace& place,
                                                                  int64_t after);
  Result<std::vector<Sha256Digest>> contents_removed(const IndexPlace& place);
  Result<std::vector<ContentsChange>> contents_changes(const IndexPlace& place,
                                                       const ContentsDifference& difference);
  Result<std::vector<Sha256Digest>> contents_debs_kept(const IndexPlace& place,
                                                       const ContentsChange& change);
  Status set_contents_debs(const IndexPlace& place, const ContentsDifference& difference);

  Database database_;
};

}  // namespace hallmark
