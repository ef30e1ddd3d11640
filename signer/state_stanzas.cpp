// The part of the signing state about packages: their entries in the indices.
#include "core/debian_version.hpp"
#include "signer/state.hpp"

namespace hallmark {
namespace {

Result<DerivedStanza> read_stanza(const SqlRow& row) {
  DerivedStanza stanza{std::string(row.text(0)),
                       std::string(row.text(1)),
                       std::string(row.text(2)),
                       {},
                       std::string(row.text(4))};
  HALLMARK_TRY(stanza.sha256, Sha256Digest::from_hex(row.text(3)));
  return stanza;
}

}  // namespace

Status State::add_stanza(const IndexPlace& place, const DerivedStanza& stanza) const {
  return database_->execute(
      "INSERT INTO stanza VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      {place.suite, place.component, place.architecture, stanza.package, stanza.version,
       stanza.package_architecture, stanza.sha256.hex(), stanza.text});
}

Status State::each_stanza(const IndexPlace& place,
                          const std::function<Status(const DerivedStanza&)>& visit) const {
  if (place.architecture == kSourceIndex) return each_source(place, visit);
  return database_->each(
      "SELECT package, version, package_architecture, stanza.sha256, CASE WHEN percentage IS NULL "
      "THEN text ELSE text || 'Phased-Update-Percentage: ' || percentage || char(10) END "
      "FROM stanza LEFT JOIN phased ON phased.suite = stanza.suite AND "
      "phased.sha256 = stanza.sha256 "
      "WHERE stanza.suite = ? AND component = ? AND architecture = ? "
      "ORDER BY package, version COLLATE debversion, package_architecture",
      {place.suite, place.component, place.architecture}, [&](const SqlRow& row) -> Status {
        HALLMARK_TRY(const DerivedStanza stanza, read_stanza(row));
        return visit(stanza);
      });
}

Result<std::optional<DerivedStanza>> State::stanza(const std::string& suite,
                                                   const std::string& component,
                                                   const Sha256Digest& sha256) const {
  std::optional<DerivedStanza> found;
  HALLMARK_CHECK(
      database_->each("SELECT package, version, package_architecture, sha256, text FROM stanza "
                      "WHERE suite = ? AND component = ? AND sha256 = ? LIMIT 1",
                      {suite, component, sha256.hex()}, [&](const SqlRow& row) -> Status {
                        HALLMARK_TRY(found, read_stanza(row));
                        return ok_status();
                      }));
  return found;
}

Status State::packages_in_suites(int64_t after, int64_t limit,
                                 const std::function<Status(const PackageInSuite&)>& visit) const {
  return database_->each(
      "SELECT package, version, package_architecture, sha256, MIN(text), suite, component FROM ("
      "SELECT package, version, package_architecture, sha256, text, suite, component FROM stanza "
      "UNION ALL SELECT package, version, package_architecture, sha256, '', suite, component "
      "FROM former_stanza AS gone WHERE NOT EXISTS (SELECT 1 FROM stanza WHERE "
      "stanza.sha256 = gone.sha256 AND stanza.suite = gone.suite "
      "AND stanza.component = gone.component) "
      "UNION ALL SELECT package, version, 'source', sha256, text, suite, component FROM source "
      "UNION ALL SELECT package, version, 'source', sha256, '', suite, component "
      "FROM former_source AS gone WHERE NOT EXISTS (SELECT 1 FROM source WHERE "
      "source.sha256 = gone.sha256 AND source.suite = gone.suite "
      "AND source.component = gone.component)) "
      "GROUP BY suite, component, package, version, package_architecture, sha256 "
      "ORDER BY suite, component, package, version, package_architecture, sha256 "
      "LIMIT ? OFFSET ?",
      {limit, after}, [&](const SqlRow& row) -> Status {
        HALLMARK_TRY(DerivedStanza stanza, read_stanza(row));
        return visit({std::string(row.text(5)), std::string(row.text(6)), std::move(stanza)});
      });
}

Result<std::string> State::product_of(const std::string& package) const {
  std::string product;
  HALLMARK_CHECK(
      database_->each("SELECT product FROM (SELECT package, sha256 FROM stanza UNION ALL "
                      "SELECT package, sha256 FROM former_stanza) AS known "
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
                      "SELECT suite, package, version FROM former_stanza) "
                      "WHERE suite = ? AND package = ? "
                      "ORDER BY version COLLATE debversion DESC LIMIT 1",
                      {suite, package}, [&](const SqlRow& row) {
                        newest = row.text(0);
                        return ok_status();
                      }));
  return newest;
}

Result<std::string> State::newest_version_at(const std::string& suite, const std::string& package,
                                             int64_t time) const {
  HALLMARK_TRY(const std::vector<std::string> versions,
               list("SELECT version FROM (SELECT suite, package, version, sha256 FROM stanza UNION "
                    "ALL SELECT suite, package, version, sha256 FROM former_stanza) AS known "
                    "WHERE suite = ? AND package = ? AND EXISTS (SELECT 1 FROM artefact JOIN build "
                    "ON artefact.build = build.id WHERE artefact.sha256 = known.sha256 AND "
                    "build.suite = known.suite AND first_at <= ?) "
                    "ORDER BY version COLLATE debversion DESC LIMIT 1",
                    {suite, package, time}));
  return versions.empty() ? std::string() : versions.front();
}

Result<std::string> State::newest_standing_version(const std::string& suite,
                                                   const std::string& package) const {
  HALLMARK_TRY(const std::vector<std::string> versions,
               list("SELECT version FROM stanza WHERE suite = ? AND package = ? "
                    "ORDER BY version COLLATE debversion DESC LIMIT 1",
                    {suite, package}));
  return versions.empty() ? std::string() : versions.front();
}

Result<std::optional<PublishedDeb>> State::published_deb(const DerivedStanza& stanza) const {
  std::optional<PublishedDeb> found;
  // Of those that share the file, one with other bytes first. A version has a ':' after its epoch
  // alone; where there is none, instr() is 0.
  HALLMARK_CHECK(database_->each(
      "SELECT version, sha256 FROM (SELECT sha256, package, version, package_architecture FROM "
      "stanza UNION ALL SELECT sha256, package, version, package_architecture FROM "
      "former_stanza) WHERE package = ? AND substr(version, instr(version, ':') + 1) = ? AND "
      "package_architecture = ? ORDER BY sha256 = ? LIMIT 1",
      {stanza.package, std::string(without_epoch(stanza.version)), stanza.package_architecture,
       stanza.sha256.hex()},
      [&](const SqlRow& row) -> Status {
        HALLMARK_TRY(const Sha256Digest sha256, Sha256Digest::from_hex(row.text(1)));
        found = PublishedDeb{std::string(row.text(0)), sha256};
        return ok_status();
      }));
  return found;
}

}  // namespace hallmark
