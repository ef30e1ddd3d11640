// The part of the signing state that says what was accepted.
#include "signer/state.hpp"

namespace hallmark {
namespace {

std::vector<SqlValue> key_of(const Sha256Digest& lock, const Target& target) {
  return {lock.hex(), target.suite, target.component, target.architecture, target.environment};
}

Status read_artefact(const SqlRow& row, AcceptedBuild& build) {
  AcceptedArtefact artefact;
  artefact.name = row.text(0);
  artefact.kind = row.text(1);
  HALLMARK_TRY(artefact.sha256, Sha256Digest::from_hex(row.text(2)));
  artefact.size = row.integer(3);
  build.artefacts.push_back(std::move(artefact));
  return ok_status();
}

}  // namespace

Result<std::optional<AcceptedBuild>> State::build(const Sha256Digest& lock,
                                                  const Target& target) const {
  std::optional<AcceptedBuild> found;
  int64_t id = 0;
  HALLMARK_CHECK(database_->each(
      "SELECT id, product, version, record, statement FROM build WHERE lock = ? AND suite = ? AND "
      "component = ? AND architecture = ? AND environment = ?",
      key_of(lock, target), [&](const SqlRow& row) -> Status {
        id = row.integer(0);
        found = AcceptedBuild{lock, target, std::string(row.text(1)), std::string(row.text(2)), {},
                              {},   {}};
        HALLMARK_TRY(found->record, Sha256Digest::from_hex(row.text(3)));
        HALLMARK_TRY(found->statement, Sha256Digest::from_hex(row.text(4)));
        return ok_status();
      }));
  if (!found) return found;
  HALLMARK_CHECK(database_->each(
      "SELECT name, kind, sha256, size FROM artefact WHERE build = ? ORDER BY position", {id},
      [&](const SqlRow& row) { return read_artefact(row, *found); }));
  return found;
}

Status State::add_build(const AcceptedBuild& build, int64_t now) const {
  std::vector<SqlValue> values = key_of(build.lock, build.target);
  values.insert(values.end(),
                {build.product, build.version, build.record.hex(), build.statement.hex(), now});
  HALLMARK_CHECK(database_->execute(
      "INSERT INTO build(lock, suite, component, architecture, environment, product, version, "
      "record, statement, accepted_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      values));
  int64_t id = 0;
  HALLMARK_CHECK(database_->each("SELECT last_insert_rowid()", {}, [&](const SqlRow& row) {
    id = row.integer(0);
    return ok_status();
  }));
  int64_t position = 0;
  for (const AcceptedArtefact& artefact : build.artefacts) {
    HALLMARK_CHECK(database_->execute(
        "INSERT INTO artefact VALUES (?, ?, ?, ?, ?, ?)",
        {id, position++, artefact.name, artefact.kind, artefact.sha256.hex(), artefact.size}));
  }
  return ok_status();
}

Result<bool> State::is_accepted(const std::string& product, const std::string& version,
                                const std::string& kind, const Sha256Digest& sha256) const {
  bool found = false;
  HALLMARK_CHECK(
      database_->each("SELECT 1 FROM artefact JOIN build ON artefact.build = build.id WHERE "
                      "artefact.sha256 = ? AND "
                      "kind = ? AND product = ? AND version = ?",
                      {sha256.hex(), kind, product, version}, [&](const SqlRow&) {
                        found = true;
                        return ok_status();
                      }));
  return found;
}

Result<std::optional<AcceptedRelease>> State::accepted_for(const std::string& kind,
                                                           const Sha256Digest& sha256) const {
  std::optional<AcceptedRelease> found;
  HALLMARK_CHECK(database_->each(
      "SELECT product, version, size FROM artefact JOIN build ON artefact.build = build.id WHERE "
      "artefact.sha256 = ? AND kind = ? ORDER BY build.id DESC LIMIT 1",
      {sha256.hex(), kind}, [&](const SqlRow& row) {
        found = AcceptedRelease{std::string(row.text(0)), std::string(row.text(1)),
                                static_cast<uint64_t>(row.integer(2))};
        return ok_status();
      }));
  return found;
}

Status State::add_stanza(const IndexPlace& place, const DerivedStanza& stanza) const {
  return database_->execute(
      "INSERT INTO stanza VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      {place.suite, place.component, place.architecture, stanza.package, stanza.version,
       stanza.package_architecture, stanza.sha256.hex(), stanza.text});
}

Status State::each_stanza(const IndexPlace& place,
                          const std::function<Status(const DerivedStanza&)>& visit) const {
  return database_->each(
      "SELECT package, version, package_architecture, sha256, text FROM stanza WHERE suite = ? AND "
      "component = ? AND architecture = ? "
      "ORDER BY package, version COLLATE debversion, package_architecture",
      {place.suite, place.component, place.architecture}, [&](const SqlRow& row) -> Status {
        DerivedStanza stanza{std::string(row.text(0)),
                             std::string(row.text(1)),
                             std::string(row.text(2)),
                             {},
                             std::string(row.text(4))};
        HALLMARK_TRY(stanza.sha256, Sha256Digest::from_hex(row.text(3)));
        return visit(stanza);
      });
}

Result<std::string> State::stanza_text(const std::string& suite, const std::string& component,
                                       const Sha256Digest& sha256) const {
  std::string text;
  HALLMARK_CHECK(database_->each(
      "SELECT text FROM stanza WHERE suite = ? AND component = ? AND sha256 = ? LIMIT 1",
      {suite, component, sha256.hex()}, [&](const SqlRow& row) {
        text = row.text(0);
        return ok_status();
      }));
  return text;
}

Result<std::string> State::product_of(const std::string& package) const {
  std::string product;
  HALLMARK_CHECK(
      database_->each("SELECT product FROM (SELECT package, sha256 FROM stanza UNION ALL "
                      "SELECT package, sha256 FROM withdrawn_stanza) AS known "
                      "JOIN artefact ON artefact.sha256 = known.sha256 JOIN build ON "
                      "artefact.build = build.id WHERE package = ? ORDER BY build.id DESC LIMIT 1",
                      {package}, [&](const SqlRow& row) {
                        product = row.text(0);
                        return ok_status();
                      }));
  return product;
}

Result<std::string> State::newest_version(const std::string& suite,
                                          const std::string& package) const {
  std::string newest;
  HALLMARK_CHECK(
      database_->each("SELECT version FROM (SELECT suite, package, version FROM stanza UNION ALL "
                      "SELECT suite, package, version FROM withdrawn_stanza) "
                      "WHERE suite = ? AND package = ? "
                      "ORDER BY version COLLATE debversion DESC LIMIT 1",
                      {suite, package}, [&](const SqlRow& row) {
                        newest = row.text(0);
                        return ok_status();
                      }));
  return newest;
}

Result<std::optional<Sha256Digest>> State::published_deb(const DerivedStanza& stanza) const {
  std::optional<Sha256Digest> found;
  HALLMARK_CHECK(database_->each(
      "SELECT sha256 FROM (SELECT sha256, package, version, package_architecture FROM stanza UNION "
      "ALL SELECT sha256, package, version, package_architecture FROM withdrawn_stanza) "
      "WHERE package = ? AND version = ? AND package_architecture = ? LIMIT 1",
      {stanza.package, stanza.version, stanza.package_architecture},
      [&](const SqlRow& row) -> Status {
        HALLMARK_TRY(found, Sha256Digest::from_hex(row.text(0)));
        return ok_status();
      }));
  return found;
}

}  // namespace hallmark
