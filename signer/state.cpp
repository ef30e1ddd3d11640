#include "signer/state.hpp"

#include "core/digest.hpp"

namespace hallmark {
namespace {

constexpr int64_t kSchemaVersion = 19;

constexpr const char* kSchema = R"sql(
CREATE TABLE log_head(
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  size INTEGER NOT NULL, peaks TEXT NOT NULL, offset INTEGER NOT NULL, pending TEXT NOT NULL);
CREATE TABLE checkpoint(
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  size INTEGER NOT NULL, root TEXT NOT NULL, note TEXT NOT NULL);
CREATE TABLE time_floor(
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1), time INTEGER NOT NULL);
CREATE TABLE time_jump(statement TEXT PRIMARY KEY, at INTEGER NOT NULL);
CREATE TABLE contradiction(
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1), cause TEXT NOT NULL);
-- `sequence` is NULL for a checkpoint, which is no line of the log.
CREATE TABLE key_use(
  key TEXT PRIMARY KEY, what TEXT NOT NULL, at INTEGER NOT NULL, sequence INTEGER);
-- The newest row is in force. Each but the first consumed the approval `statement`.
CREATE TABLE policy(
  sequence INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, text TEXT NOT NULL,
  installed_at INTEGER NOT NULL, statement TEXT NOT NULL);
CREATE TABLE certificate(key TEXT PRIMARY KEY, der BLOB NOT NULL);
-- The approval `statement` is consumed by the row that it authorises. A promotion adds the build
-- again, as one of the suite that it goes to. `first_at`: when the first of the group's terminals
-- accepted it, as far as they were heard.
CREATE TABLE build(
  id INTEGER PRIMARY KEY, lock TEXT NOT NULL,
  suite TEXT NOT NULL, component TEXT NOT NULL, architecture TEXT NOT NULL,
  environment TEXT NOT NULL, product TEXT NOT NULL, version TEXT NOT NULL,
  record TEXT NOT NULL, evidence TEXT NOT NULL, alone TEXT NOT NULL, statement TEXT NOT NULL,
  accepted_at INTEGER NOT NULL, rollout INTEGER NOT NULL, unread INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  UNIQUE (lock, suite, component, architecture, environment));
CREATE INDEX build_by_release ON build(product, version);
CREATE INDEX build_unread ON build(id) WHERE unread = 1;
CREATE TABLE artefact(
  build INTEGER NOT NULL REFERENCES build(id), position INTEGER NOT NULL,
  name TEXT NOT NULL, kind TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
  path TEXT NOT NULL, PRIMARY KEY (build, position));
CREATE INDEX artefact_by_digest ON artefact(sha256);
CREATE INDEX artefact_of_source ON artefact(name) WHERE kind IN ('dsc', 'source');
CREATE TABLE stanza(
  suite TEXT NOT NULL, component TEXT NOT NULL, architecture TEXT NOT NULL,
  package TEXT NOT NULL, version TEXT NOT NULL, package_architecture TEXT NOT NULL,
  sha256 TEXT NOT NULL, text TEXT NOT NULL,
  UNIQUE (suite, component, architecture, package, version, package_architecture));
CREATE INDEX stanza_in_order ON stanza(
  suite, component, architecture, package, version COLLATE debversion, package_architecture);
CREATE INDEX stanza_by_digest ON stanza(sha256);
CREATE INDEX stanza_by_place_and_digest ON stanza(suite, component, architecture, sha256);
CREATE INDEX stanza_by_package ON stanza(package, version, package_architecture);
-- Contents: what an accepted .deb has; of each index the packages that its shards are made of, the
-- shards, and the digest of their text.
CREATE TABLE deb_paths(sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, packed BLOB NOT NULL);
CREATE TABLE contents_deb(
  suite TEXT NOT NULL, component TEXT NOT NULL, architecture TEXT NOT NULL,
  sha256 TEXT NOT NULL REFERENCES deb_paths(sha256), name TEXT NOT NULL,
  PRIMARY KEY (suite, component, architecture, sha256)) WITHOUT ROWID;
CREATE INDEX contents_deb_by_name ON contents_deb(name, suite, component, architecture);
CREATE TABLE contents_shard(
  suite TEXT NOT NULL, component TEXT NOT NULL, architecture TEXT NOT NULL, begin TEXT NOT NULL,
  form BLOB NOT NULL, PRIMARY KEY (suite, component, architecture, begin));
CREATE TABLE contents_digest(
  suite TEXT NOT NULL, component TEXT NOT NULL, architecture TEXT NOT NULL,
  sha256 TEXT NOT NULL, size INTEGER NOT NULL, PRIMARY KEY (suite, component, architecture));
CREATE TABLE known_form(
  suite TEXT NOT NULL, component TEXT NOT NULL, architecture TEXT NOT NULL,
  compression TEXT NOT NULL, shard TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
  unpadded_size INTEGER NOT NULL,
  PRIMARY KEY (suite, component, architecture, compression, shard));
-- Suite '*' is every suite.
CREATE TABLE withdrawal(
  product TEXT NOT NULL, version TEXT NOT NULL, suite TEXT NOT NULL, statement TEXT NOT NULL,
  withdrawn_at INTEGER NOT NULL, PRIMARY KEY (product, version, suite));
-- What left a suite: it was called back, or newer versions have taken its place. It still counts for
-- versions and bytes that may follow. `outdated`: newer versions are enough of a reason.
CREATE TABLE former_stanza(
  suite TEXT NOT NULL, component TEXT NOT NULL, architecture TEXT NOT NULL,
  package TEXT NOT NULL, version TEXT NOT NULL, package_architecture TEXT NOT NULL,
  sha256 TEXT NOT NULL, outdated INTEGER NOT NULL,
  UNIQUE (suite, component, architecture, package, version, package_architecture));
CREATE INDEX former_stanza_by_digest ON former_stanza(sha256);
CREATE INDEX former_stanza_by_package ON former_stanza(package, version);
-- Source packages, by the .dsc. One leaves a suite with the last package that was built from it.
CREATE TABLE source(
  suite TEXT NOT NULL, component TEXT NOT NULL, package TEXT NOT NULL, version TEXT NOT NULL,
  sha256 TEXT NOT NULL, text TEXT NOT NULL, UNIQUE (suite, component, package, version));
CREATE INDEX source_by_digest ON source(sha256);
CREATE INDEX source_in_order ON source(suite, component, package, version COLLATE debversion);
CREATE TABLE former_source(
  suite TEXT NOT NULL, component TEXT NOT NULL, package TEXT NOT NULL, version TEXT NOT NULL,
  sha256 TEXT NOT NULL, UNIQUE (suite, component, package, version));
-- Of what left, each .deb and each .dsc that newer versions have taken the place of, in the order in
-- which they left. `returned`: it stands again, a .dsc with a package of it that came late.
CREATE TABLE retired(
  id INTEGER PRIMARY KEY AUTOINCREMENT, suite TEXT NOT NULL, component TEXT NOT NULL, package TEXT NOT NULL,
  version TEXT NOT NULL, package_architecture TEXT NOT NULL, sha256 TEXT NOT NULL,
  text TEXT NOT NULL, returned INTEGER NOT NULL, UNIQUE (suite, component, sha256));
-- Packages that fewer than all machines take: what follows from the shares that builds began with,
-- and from the statements since. A statement may follow one that is not known here yet.
CREATE TABLE phased(
  suite TEXT NOT NULL, sha256 TEXT NOT NULL, percentage INTEGER NOT NULL,
  PRIMARY KEY (suite, sha256));
CREATE TABLE rollout(
  statement TEXT PRIMARY KEY, product TEXT NOT NULL, version TEXT NOT NULL, suite TEXT NOT NULL,
  share INTEGER NOT NULL);
CREATE INDEX rollout_by_release ON rollout(product, version, suite);
CREATE TABLE rollout_followed(
  statement TEXT NOT NULL, after TEXT NOT NULL, PRIMARY KEY (after, statement));
-- What an approval allows once: to the first release that needs it, whose lock is then `used_by`.
CREATE TABLE lowered_version(
  statement TEXT NOT NULL, suite TEXT NOT NULL, package TEXT NOT NULL, version_now TEXT NOT NULL,
  version_wanted TEXT NOT NULL, expires INTEGER NOT NULL, used_by TEXT NOT NULL,
  PRIMARY KEY (statement, package));
-- Evidence that an approval lets be lower until a day.
CREATE TABLE lowered_evidence(
  statement TEXT NOT NULL, product TEXT NOT NULL, suite TEXT NOT NULL, evidence TEXT NOT NULL,
  owner TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (statement, suite));
-- What rebuilders said; nothing of it goes again. An approval overrules an owner's statement.
CREATE TABLE attestation(
  id INTEGER PRIMARY KEY, statement TEXT NOT NULL, key TEXT NOT NULL, owner TEXT NOT NULL,
  product TEXT NOT NULL, version TEXT NOT NULL, lock TEXT NOT NULL,
  suite TEXT NOT NULL, component TEXT NOT NULL, architecture TEXT NOT NULL,
  environment TEXT NOT NULL, finished_at INTEGER NOT NULL, UNIQUE (statement, key));
CREATE INDEX attestation_by_lock ON attestation(lock);
CREATE INDEX attestation_by_release ON attestation(product, version);
CREATE TABLE attested_artefact(
  attestation INTEGER NOT NULL REFERENCES attestation(id), position INTEGER NOT NULL,
  name TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL,
  PRIMARY KEY (attestation, position));
CREATE TABLE overruled_attestation(
  statement TEXT NOT NULL, attestation TEXT NOT NULL, owner TEXT NOT NULL, outcome TEXT NOT NULL,
  PRIMARY KEY (statement, attestation));
CREATE INDEX overruled_by_attestation ON overruled_attestation(attestation);
CREATE TABLE application(
  sha256 TEXT PRIMARY KEY, application TEXT NOT NULL, flavour TEXT NOT NULL, abis TEXT NOT NULL,
  version_code INTEGER NOT NULL, key TEXT NOT NULL, accepted_at INTEGER NOT NULL);
-- Two of one version code: two terminals accepted them at once, and one was called back.
CREATE INDEX application_in_lane ON application(application, flavour, abis, version_code);
CREATE TABLE signed_apk(
  unsigned_sha256 TEXT PRIMARY KEY, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
  idsig_sha256 TEXT, idsig_size INTEGER, signed_at INTEGER NOT NULL);
-- Signed forms of accepted apps that were seen here, for the F-Droid index.
CREATE TABLE apk_facts(
  sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, unsigned_sha256 TEXT NOT NULL,
  manifest TEXT NOT NULL);
CREATE INDEX apk_facts_by_unsigned ON apk_facts(unsigned_sha256);
CREATE TABLE fdroid_index(
  id INTEGER PRIMARY KEY, timestamp INTEGER NOT NULL, sha256 TEXT NOT NULL, entry TEXT NOT NULL,
  jar BLOB NOT NULL, certificate TEXT NOT NULL);
CREATE TABLE lineage(key TEXT PRIMARY KEY, file BLOB NOT NULL, made_at INTEGER NOT NULL);
-- In the order in which they were signed, which is that of `date` unless the clock was reset.
CREATE TABLE release(
  id INTEGER PRIMARY KEY,
  suite TEXT NOT NULL, date INTEGER NOT NULL, valid_until INTEGER NOT NULL,
  indices TEXT NOT NULL, release TEXT NOT NULL, release_gpg TEXT NOT NULL,
  inrelease TEXT NOT NULL);
CREATE INDEX release_by_suite ON release(suite, id);
-- Of each release what this terminal signed last. `keys`: those that signed, as policy names them.
CREATE TABLE checksums(
  product TEXT NOT NULL, version TEXT NOT NULL, sums TEXT NOT NULL, openpgp TEXT NOT NULL,
  sshsig TEXT NOT NULL, keys TEXT NOT NULL, PRIMARY KEY (product, version));
-- Of each release what this terminal attested last: the statements, a line each, and the file.
CREATE TABLE provenance(
  product TEXT NOT NULL, version TEXT NOT NULL, statements TEXT NOT NULL, file TEXT NOT NULL,
  key TEXT NOT NULL, PRIMARY KEY (product, version));
-- Of all terminals, this one too: the last that each signed.
CREATE TABLE known_checksums(
  product TEXT NOT NULL, version TEXT NOT NULL, terminal TEXT NOT NULL, file TEXT NOT NULL,
  size INTEGER NOT NULL, sha256 TEXT NOT NULL, keys TEXT NOT NULL, time INTEGER NOT NULL,
  PRIMARY KEY (product, version, terminal, file));
CREATE TABLE kept_text(sha256 TEXT PRIMARY KEY, text BLOB NOT NULL);
-- Other terminals of the group: `size` and `peaks` are of the lines below, `seen_…` of the largest
-- tree that its key has signed. What is not there of a line is '', of a number -1.
CREATE TABLE sibling(
  terminal TEXT PRIMARY KEY, key TEXT NOT NULL, size INTEGER NOT NULL, peaks TEXT NOT NULL,
  imported_at INTEGER NOT NULL, seen_size INTEGER NOT NULL, seen_root TEXT NOT NULL,
  contradiction TEXT NOT NULL);
CREATE TABLE sibling_line(
  terminal TEXT NOT NULL, sequence INTEGER NOT NULL, time INTEGER NOT NULL, kind TEXT NOT NULL,
  request TEXT NOT NULL, policy TEXT NOT NULL, new_policy TEXT NOT NULL, number INTEGER NOT NULL,
  origin TEXT NOT NULL, origin_sequence INTEGER NOT NULL, origin_time INTEGER NOT NULL,
  pending INTEGER NOT NULL, text TEXT NOT NULL, sha256 TEXT NOT NULL, suite TEXT NOT NULL,
  component TEXT NOT NULL, package TEXT NOT NULL, package_version TEXT NOT NULL,
  architecture TEXT NOT NULL, PRIMARY KEY (terminal, sequence));
CREATE INDEX sibling_line_by_package ON sibling_line(package) WHERE package <> '';
CREATE INDEX sibling_line_by_digest ON sibling_line(sha256) WHERE sha256 <> '';
CREATE INDEX sibling_line_pending ON sibling_line(terminal, sequence) WHERE pending = 1;
CREATE INDEX sibling_line_policy ON sibling_line(terminal, sequence) WHERE new_policy <> '';
CREATE TABLE sibling_apk(
  unsigned_sha256 TEXT NOT NULL, terminal TEXT NOT NULL, sha256 TEXT NOT NULL,
  size INTEGER NOT NULL, idsig_sha256 TEXT, idsig_size INTEGER,
  PRIMARY KEY (unsigned_sha256, terminal));
-- Of all terminals, this one too; of each in the order in which it signed them.
CREATE TABLE known_release(
  id INTEGER PRIMARY KEY, terminal TEXT NOT NULL, suite TEXT NOT NULL, file TEXT NOT NULL,
  sha256 TEXT NOT NULL, date INTEGER NOT NULL);
CREATE INDEX known_release_by_suite ON known_release(suite, file, terminal, id);
CREATE INDEX known_release_by_digest ON known_release(sha256);
INSERT INTO log_head VALUES (1, 0, '', 0, '');
)sql";

Result<int64_t> schema_version(const Database& database) {
  int64_t version = 0;
  HALLMARK_CHECK(database.each("PRAGMA user_version", {}, [&](const SqlRow& row) {
    version = row.integer(0);
    return ok_status();
  }));
  return version;
}

Status prepare_schema(const Database& database) {
  HALLMARK_TRY(Transaction transaction, Transaction::begin(database));
  HALLMARK_TRY(const int64_t version, schema_version(database));
  if (version == kSchemaVersion) return ok_status();
  if (version != 0) {
    return failed("signing state",
                  "has version " + std::to_string(version) + ", and this program knows version " +
                      std::to_string(kSchemaVersion),
                  "use the Hallmark release that wrote it, or a newer one");
  }
  const std::string schema =
      kSchema + ("PRAGMA user_version = " + std::to_string(kSchemaVersion) + ";");
  HALLMARK_CHECK(database.execute_script(schema.c_str()));
  return transaction.commit();
}

}  // namespace

Result<State> State::open(const std::string& directory) {
  HALLMARK_TRY(Database database, Database::open(directory + "/state.db"));
  HALLMARK_CHECK(prepare_schema(database));
  return State(std::make_unique<Database>(std::move(database)));
}

Result<int64_t> State::last_row() const {
  int64_t id = 0;
  HALLMARK_CHECK(database_->each("SELECT last_insert_rowid()", {}, [&](const SqlRow& row) {
    id = row.integer(0);
    return ok_status();
  }));
  return id;
}

Result<int64_t> State::count_artefacts() const {
  int64_t count = 0;
  HALLMARK_CHECK(
      database_->each("SELECT count(DISTINCT sha256) FROM artefact", {}, [&](const SqlRow& row) {
        count = row.integer(0);
        return ok_status();
      }));
  return count;
}

Result<int64_t> State::count_stanzas(const std::string& suite) const {
  int64_t count = 0;
  HALLMARK_CHECK(database_->each("SELECT count(*) FROM stanza WHERE suite = ?", {suite},
                                 [&](const SqlRow& row) {
                                   count = row.integer(0);
                                   return ok_status();
                                 }));
  return count;
}

}  // namespace hallmark
