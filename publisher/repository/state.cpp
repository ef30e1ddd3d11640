#include "publisher/repository/state.hpp"

#include <array>

namespace hallmark {
namespace {

constexpr std::array<std::string_view, 13> kMigrations = {R"(
CREATE TABLE pool_package (
  path TEXT NOT NULL PRIMARY KEY,
  package TEXT NOT NULL, version TEXT NOT NULL, architecture TEXT NOT NULL,
  size INTEGER NOT NULL, sha256 TEXT NOT NULL, stanza TEXT NOT NULL) STRICT;
CREATE INDEX pool_package_by_name ON pool_package (package, architecture, version);
CREATE TABLE member (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  suite TEXT NOT NULL, component TEXT NOT NULL,
  path TEXT NOT NULL REFERENCES pool_package (path),
  UNIQUE (suite, path)) STRICT;
CREATE TABLE apk (
  path TEXT NOT NULL PRIMARY KEY, size INTEGER NOT NULL, sha256 TEXT NOT NULL) STRICT;
CREATE TABLE composed (suite TEXT NOT NULL PRIMARY KEY, up_to INTEGER NOT NULL) STRICT;
CREATE TABLE composed_index (
  suite TEXT NOT NULL REFERENCES composed (suite),
  path TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL,
  PRIMARY KEY (suite, path)) STRICT;
CREATE TABLE release (
  suite TEXT NOT NULL PRIMARY KEY, up_to INTEGER NOT NULL,
  release TEXT NOT NULL, release_gpg TEXT NOT NULL, inrelease TEXT NOT NULL) STRICT;
CREATE TABLE release_index (
  suite TEXT NOT NULL REFERENCES release (suite),
  path TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL,
  PRIMARY KEY (suite, path)) STRICT;
CREATE TABLE host_file (
  host TEXT NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL,
  checked INTEGER NOT NULL, PRIMARY KEY (host, path)) STRICT;
)",
                                                          R"(
CREATE TABLE shard (
  suite TEXT NOT NULL, component TEXT NOT NULL, architecture TEXT NOT NULL, sha256 TEXT NOT NULL,
  gz BLOB NOT NULL, xz BLOB NOT NULL, xz_unpadded_size INTEGER NOT NULL,
  PRIMARY KEY (suite, component, architecture, sha256)) STRICT;
)",
                                                          R"(
CREATE INDEX pool_package_in_order ON pool_package (
  package, version COLLATE debversion, version, architecture);
)",
                                                          R"(
CREATE TABLE known_inrelease (
  suite TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (suite, sha256)) STRICT;
)",
                                                          R"(
CREATE TABLE source_file (
  dsc TEXT NOT NULL REFERENCES pool_package (path) ON DELETE CASCADE,
  path TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL,
  PRIMARY KEY (dsc, path)) STRICT;
CREATE INDEX source_file_by_path ON source_file (path);
CREATE INDEX pool_package_of_source ON pool_package (path) WHERE architecture = 'source';
)",
                                                          R"(
CREATE TABLE phased (
  suite TEXT NOT NULL, sha256 TEXT NOT NULL, percentage INTEGER NOT NULL,
  PRIMARY KEY (suite, sha256)) STRICT;
)",
                                                          R"(
CREATE TABLE app_facts (
  sha256 TEXT NOT NULL PRIMARY KEY, application TEXT NOT NULL, manifest TEXT NOT NULL) STRICT;
CREATE TABLE app_texts (application TEXT NOT NULL PRIMARY KEY, texts TEXT NOT NULL) STRICT;
CREATE TABLE fdroid_composition (
  only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  content TEXT NOT NULL, timestamp INTEGER NOT NULL,
  path TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL) STRICT;
CREATE TABLE fdroid_entry (
  only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  entry TEXT NOT NULL, jar BLOB NOT NULL, page TEXT NOT NULL,
  lacks_apk INTEGER NOT NULL) STRICT;
CREATE TABLE fdroid_file (
  path TEXT NOT NULL PRIMARY KEY, size INTEGER NOT NULL, sha256 TEXT NOT NULL) STRICT;
)",
                                                          R"(
ALTER TABLE host_file ADD COLUMN unnamed_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE host_file ADD COLUMN unnamed_by INTEGER NOT NULL DEFAULT 0;
CREATE TABLE former_member (
  suite TEXT NOT NULL, path TEXT NOT NULL, PRIMARY KEY (path, suite)) STRICT;
CREATE TABLE host_generation (
  host TEXT NOT NULL, suite TEXT NOT NULL, publish INTEGER NOT NULL, indices TEXT NOT NULL,
  PRIMARY KEY (host, suite, publish)) STRICT;
)",
                                                          R"(
CREATE INDEX pool_package_by_digest ON pool_package (sha256);
CREATE TABLE deb_paths (
  sha256 TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, packed BLOB NOT NULL) STRICT;
CREATE TABLE contents_deb (
  suite TEXT NOT NULL, component TEXT NOT NULL, architecture TEXT NOT NULL,
  sha256 TEXT NOT NULL REFERENCES deb_paths (sha256), name TEXT NOT NULL,
  PRIMARY KEY (suite, component, architecture, sha256)) STRICT, WITHOUT ROWID;
CREATE INDEX contents_deb_by_name ON contents_deb (name, suite, component, architecture);
CREATE INDEX contents_deb_by_digest ON contents_deb (sha256);
CREATE TABLE contents_shard (
  suite TEXT NOT NULL, component TEXT NOT NULL, architecture TEXT NOT NULL,
  begin BLOB NOT NULL, form BLOB NOT NULL,
  PRIMARY KEY (suite, component, architecture, begin)) STRICT;
CREATE TABLE contents_up_to (
  suite TEXT NOT NULL, component TEXT NOT NULL, architecture TEXT NOT NULL, number INTEGER NOT NULL,
  PRIMARY KEY (suite, component, architecture)) STRICT;
)",
                                                          R"(
CREATE TABLE retired (
  suite TEXT NOT NULL, component TEXT NOT NULL, sha256 TEXT NOT NULL, number INTEGER NOT NULL,
  PRIMARY KEY (suite, component, sha256)) STRICT;
CREATE INDEX retired_by_number ON retired (number);
)",
                                                          R"(
ALTER TABLE retired ADD COLUMN returned INTEGER NOT NULL DEFAULT 0;
)",
                                                          R"(
CREATE TABLE changelog (
  deb TEXT NOT NULL PRIMARY KEY, deb_sha256 TEXT NOT NULL,
  path TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL) STRICT;
CREATE TABLE changelogs_up_to (suite TEXT NOT NULL PRIMARY KEY, number INTEGER NOT NULL) STRICT;
)",
                                                          R"(
CREATE TABLE checksums (product TEXT NOT NULL, version TEXT NOT NULL, sums TEXT NOT NULL,
                        openpgp TEXT NOT NULL, sshsig TEXT NOT NULL,
                        PRIMARY KEY (product, version)) STRICT;
CREATE TABLE attestation (product TEXT NOT NULL, version TEXT NOT NULL, path TEXT NOT NULL,
                          text TEXT NOT NULL, PRIMARY KEY (product, version)) STRICT;
)"};

// Columns `first` (path), first+1 (size), first+2 (sha256).
Result<ServedFile> read_file_columns(const Statement& row, int first) {
  HALLMARK_TRY(const Sha256Digest sha256, Sha256Digest::from_hex(row.text(first + 2)));
  return ServedFile{row.text(first), static_cast<uint64_t>(row.integer(first + 1)), sha256};
}

// Columns package, version, architecture, path, size, sha256.
Result<PoolPackage> read_package_columns(const Statement& row, int first) {
  HALLMARK_TRY(ServedFile file, read_file_columns(row, first + 3));
  return PoolPackage{
      row.text(first), row.text(first + 1), row.text(first + 2), std::move(file), "", {}};
}

Result<std::string> read_text(const Statement& row) { return row.text(0); }
Result<ServedFile> read_file(const Statement& row) { return read_file_columns(row, 0); }
Result<PoolPackage> read_package(const Statement& row) { return read_package_columns(row, 0); }

Result<Membership> read_membership(const Statement& row) {
  HALLMARK_TRY(PoolPackage package, read_package_columns(row, 3));
  return Membership{row.integer(0), row.text(1), row.text(2), std::move(package)};
}

Result<Release> read_release(const Statement& row) {
  return Release{row.text(0), row.integer(1), row.text(2), row.text(3), row.text(4)};
}

template <typename Item>
Result<std::vector<Item>> collect(Statement rows, Result<Item> (*read)(const Statement&)) {
  std::vector<Item> out;
  for (;;) {
    HALLMARK_TRY(const bool row, rows.step());
    if (!row) return out;
    HALLMARK_TRY(Item item, read(rows));
    out.push_back(std::move(item));
  }
}

Result<std::optional<ServedFile>> at_most_one(std::vector<ServedFile> files) {
  if (files.empty()) return std::optional<ServedFile>();
  return std::optional<ServedFile>(std::move(files.front()));
}

}  // namespace

std::string by_hash_path(const ServedFile& index) {
  return index.path.substr(0, index.path.rfind('/')) + "/by-hash/SHA256/" + index.sha256.hex();
}

Result<std::vector<ServedFile>> read_served_files(Statement rows) {
  return collect(std::move(rows), read_file);
}

Result<RepositoryState> RepositoryState::open(const std::string& path) {
  HALLMARK_TRY(Database database, Database::open(path, kMigrations));
  return RepositoryState(std::move(database));
}

Result<std::vector<PoolPackage>> RepositoryState::pool_packages(const std::string& package,
                                                                const std::string& version,
                                                                const std::string& architecture) {
  HALLMARK_TRY(Statement rows,
               database_.query("SELECT package, version, architecture, path, size, sha256 "
                               "FROM pool_package "
                               "WHERE package = ?1 AND version = ?2 "
                               "AND (?3 = '' OR architecture = ?3)",
                               package, version, architecture));
  return collect(std::move(rows), read_package);
}

Result<std::optional<ServedFile>> RepositoryState::pool_file(const std::string& path) {
  HALLMARK_TRY(
      Statement rows,
      database_.query("SELECT path, size, sha256 FROM pool_package WHERE path = ?1", path));
  HALLMARK_TRY(std::vector<ServedFile> files, collect(std::move(rows), read_file));
  return at_most_one(std::move(files));
}

Status RepositoryState::add_pool_package(const PoolPackage& package) {
  HALLMARK_CHECK(database_.run(
      "INSERT INTO pool_package (package, version, architecture, path, size, sha256, stanza) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      package.package, package.version, package.architecture, package.file.path, package.file.size,
      package.file.sha256.hex(), package.stanza));
  return add_source_files(package);
}

Result<std::vector<std::string>> RepositoryState::versions(const std::string& suite,
                                                           const std::string& package,
                                                           const std::string& architecture) {
  HALLMARK_TRY(Statement rows,
               database_.query("SELECT version FROM pool_package JOIN member USING (path) "
                               "WHERE suite = ?1 AND package = ?2 AND architecture = ?3",
                               suite, package, architecture));
  return collect(std::move(rows), read_text);
}

Result<bool> RepositoryState::add_member(const std::string& suite, const std::string& component,
                                         const std::string& pool_path) {
  HALLMARK_TRY(Statement rows,
               database_.query("INSERT INTO member (suite, component, path) VALUES (?1, ?2, ?3) "
                               "ON CONFLICT DO NOTHING RETURNING number",
                               suite, component, pool_path));
  HALLMARK_TRY(const bool added, rows.step());
  // A statement with RETURNING has finished only after the step that says so.
  if (added) {
    HALLMARK_CHECK(rows.run());
  }
  return added;
}

Result<std::optional<std::vector<std::string>>> RepositoryState::remove_member(
    const std::string& suite, const std::string& pool_path) {
  using Unused = std::optional<std::vector<std::string>>;
  HALLMARK_TRY(Statement gone, database_.query("DELETE FROM member WHERE suite = ?1 AND path = ?2 "
                                               "RETURNING CAST(number AS TEXT)",
                                               suite, pool_path));
  HALLMARK_TRY(const std::vector<std::string> numbers, collect(std::move(gone), read_text));
  if (numbers.empty()) return Unused();
  HALLMARK_CHECK(
      database_.run("INSERT OR IGNORE INTO former_member VALUES (?1, ?2)", suite, pool_path));
  // The indices that were composed name it still: no Release may be attached to them, and one that
  // is must not be published any more.
  HALLMARK_CHECK(forget_composed(suite));
  HALLMARK_CHECK(database_.run("DELETE FROM contents_up_to WHERE suite = ?1", suite));
  HALLMARK_CHECK(database_.run(
      "UPDATE release SET up_to = -1 WHERE suite = ?1 AND up_to >= CAST(?2 AS INTEGER)", suite,
      numbers.front()));
  HALLMARK_TRY(std::vector<std::string> files, remove_unused(pool_path));
  return Unused(std::move(files));
}

Status RepositoryState::forget_composed(const std::string& suite) {
  HALLMARK_CHECK(database_.run("DELETE FROM composed_index WHERE suite = ?1", suite));
  return database_.run("DELETE FROM composed WHERE suite = ?1", suite);
}

Result<std::vector<std::string>> RepositoryState::remove_unused(const std::string& pool_path) {
  HALLMARK_TRY(const std::vector<ServedFile> with_it, source_files(pool_path));
  HALLMARK_TRY(Statement unused,
               database_.query("DELETE FROM pool_package WHERE path = ?1 "
                               "AND path NOT IN (SELECT path FROM member) "
                               "AND path NOT IN (SELECT path FROM host_file) "
                               "AND NOT EXISTS (SELECT 1 FROM source_file JOIN host_file "
                               "USING (path) WHERE dsc = ?1) RETURNING path",
                               pool_path));
  HALLMARK_TRY(std::vector<std::string> files, collect(std::move(unused), read_text));
  if (files.empty()) return files;
  for (const ServedFile& file : with_it) {
    HALLMARK_TRY(const std::optional<ServedFile> still, source_file(file.path));
    if (!still) files.push_back(file.path);
  }
  return files;
}

Result<int64_t> RepositoryState::newest_member(const std::string& suite) {
  HALLMARK_TRY(
      Statement rows,
      database_.query("SELECT coalesce(max(number), 0) FROM member WHERE suite = ?1", suite));
  HALLMARK_TRY(const bool row, rows.step());
  return row ? rows.integer(0) : 0;
}

Result<std::vector<Membership>> RepositoryState::members(const MemberQuery& query, int64_t after,
                                                         int64_t limit) {
  // A package without the field is of the source package of its own name; the field may go on with
  // a version in brackets.
  constexpr const char* kSql =
      "SELECT number, suite, component, package, version, architecture, path, size, sha256 "
      "FROM member JOIN pool_package USING (path) WHERE number > ?1 "
      "AND (?2 = '' OR suite = ?2) AND (?3 = '' OR package GLOB ?3) "
      "AND (?4 = '' OR component = ?4) AND (?5 = '' OR architecture = ?5) "
      "AND (?6 = '' OR instr(char(10) || stanza, char(10) || 'Source: ' || ?6 || char(10)) > 0 "
      "OR instr(char(10) || stanza, char(10) || 'Source: ' || ?6 || ' (') > 0 "
      "OR (package = ?6 AND instr(char(10) || stanza, char(10) || 'Source: ') = 0)) "
      "ORDER BY number LIMIT ?7";
  HALLMARK_TRY(Statement rows,
               database_.query(kSql, after, query.suite, query.name, query.component,
                               query.architecture, query.source, limit));
  return collect(std::move(rows), read_membership);
}

Result<std::vector<ServedFile>> RepositoryState::composed_indices(const std::string& suite) {
  HALLMARK_TRY(Statement rows, database_.query("SELECT path, size, sha256 FROM composed_index "
                                               "WHERE suite = ?1 ORDER BY path",
                                               suite));
  return collect(std::move(rows), read_file);
}

Result<int64_t> RepositoryState::composed_up_to(const std::string& suite) {
  HALLMARK_TRY(Statement rows,
               database_.query("SELECT up_to FROM composed WHERE suite = ?1", suite));
  HALLMARK_TRY(const bool row, rows.step());
  return row ? rows.integer(0) : -1;
}

Status RepositoryState::set_composed(const std::string& suite, int64_t up_to,
                                     const std::vector<ServedFile>& indices) {
  HALLMARK_TRY(Transaction all, transaction());
  HALLMARK_CHECK(
      database_.run("INSERT INTO composed (suite, up_to) VALUES (?1, ?2) "
                    "ON CONFLICT (suite) DO UPDATE SET up_to = ?2",
                    suite, up_to));
  HALLMARK_CHECK(database_.run("DELETE FROM composed_index WHERE suite = ?1", suite));
  for (const ServedFile& file : indices) {
    HALLMARK_CHECK(database_.run(
        "INSERT INTO composed_index (suite, path, size, sha256) VALUES (?1, ?2, ?3, ?4)", suite,
        file.path, file.size, file.sha256.hex()));
  }
  return all.commit();
}

Status RepositoryState::set_release(const Release& release) {
  HALLMARK_TRY(Transaction all, transaction());
  HALLMARK_CHECK(database_.run(
      "INSERT INTO release (suite, up_to, release, release_gpg, inrelease) "
      "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (suite) DO UPDATE "
      "SET up_to = ?2, release = ?3, release_gpg = ?4, inrelease = ?5",
      release.suite, release.up_to, release.release, release.release_gpg, release.inrelease));
  HALLMARK_CHECK(database_.run("DELETE FROM release_index WHERE suite = ?1", release.suite));
  HALLMARK_CHECK(
      database_.run("INSERT INTO release_index (suite, path, size, sha256) "
                    "SELECT suite, path, size, sha256 FROM composed_index "
                    "WHERE suite = ?1",
                    release.suite));
  return all.commit();
}

Status RepositoryState::renew_release(const Release& texts) {
  return database_.run(
      "UPDATE release SET release = ?2, release_gpg = ?3, inrelease = ?4 WHERE suite = ?1",
      texts.suite, texts.release, texts.release_gpg, texts.inrelease);
}

Status RepositoryState::add_known_inrelease(const std::string& suite, const Sha256Digest& sha256) {
  return database_.run("INSERT OR IGNORE INTO known_inrelease (suite, sha256) VALUES (?1, ?2)",
                       suite, sha256.hex());
}

Result<bool> RepositoryState::knows_inrelease(const std::string& suite,
                                              const Sha256Digest& sha256) {
  HALLMARK_TRY(Statement row,
               database_.query("SELECT 1 FROM known_inrelease WHERE suite = ?1 AND sha256 = ?2",
                               suite, sha256.hex()));
  return row.step();
}

Result<std::vector<Release>> RepositoryState::releases() {
  HALLMARK_TRY(Statement rows,
               database_.query("SELECT suite, up_to, release, release_gpg, inrelease "
                               "FROM release ORDER BY suite"));
  return collect(std::move(rows), read_release);
}

Result<std::vector<ServedFile>> RepositoryState::release_indices(const std::string& suite) {
  HALLMARK_TRY(Statement rows, database_.query("SELECT path, size, sha256 FROM release_index "
                                               "WHERE suite = ?1 ORDER BY path",
                                               suite));
  return collect(std::move(rows), read_file);
}

Result<std::vector<ServedFile>> RepositoryState::released_pool_files() {
  HALLMARK_TRY(
      Statement rows,
      database_.query("WITH released AS (SELECT path FROM member JOIN release USING (suite) "
                      "WHERE number <= up_to) "
                      "SELECT path, size, sha256 FROM pool_package WHERE path IN released "
                      "UNION SELECT path, size, sha256 FROM source_file WHERE dsc IN released "
                      "ORDER BY path"));
  return collect(std::move(rows), read_file);
}

}  // namespace hallmark
