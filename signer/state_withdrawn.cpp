// The part of the signing state about releases that were called back.
#include "core/model/approval.hpp"
#include "signer/state.hpp"

namespace hallmark {
namespace {

bool in_every(const std::string& suite) { return suite == kEverySuite; }

}  // namespace

Result<std::vector<ReleaseArtefact>> State::release_artefacts(const ReleaseInSuite& release) const {
  std::vector<ReleaseArtefact> out;
  HALLMARK_CHECK(database_->each(
      "SELECT suite, component, name, kind, sha256, size FROM build "
      "JOIN artefact ON artefact.build = build.id "
      "WHERE product = ? AND version = ? AND (? OR suite = ?) "
      "ORDER BY suite, component, name, sha256",
      {release.product, release.version, int64_t{in_every(release.suite)}, release.suite},
      [&](const SqlRow& row) -> Status {
        ReleaseArtefact artefact{std::string(row.text(0)),
                                 std::string(row.text(1)),
                                 std::string(row.text(2)),
                                 std::string(row.text(3)),
                                 {},
                                 row.integer(5)};
        HALLMARK_TRY(artefact.sha256, Sha256Digest::from_hex(row.text(4)));
        out.push_back(std::move(artefact));
        return ok_status();
      }));
  return out;
}

Result<std::vector<ReleaseHolder>> State::release_holders(const ReleaseInSuite& release) const {
  std::vector<ReleaseHolder> out;
  HALLMARK_CHECK(database_->each(
      // Not by source files: an upstream archive belongs to every Debian revision of a version.
      "SELECT DISTINCT other.product, other.suite, other.component, other.accepted_at FROM build "
      "JOIN artefact ON artefact.build = build.id "
      "AND artefact.kind NOT IN ('dsc', 'source') "
      "JOIN artefact AS same ON same.sha256 = artefact.sha256 "
      "JOIN build AS other ON other.id = same.build "
      "WHERE build.product = ? AND build.version = ? AND (? OR build.suite = ?) "
      "AND (? OR other.suite = ?)",
      {release.product, release.version, int64_t{in_every(release.suite)}, release.suite,
       int64_t{in_every(release.suite)}, release.suite},
      [&](const SqlRow& row) {
        out.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)),
                       row.integer(3)});
        return ok_status();
      }));
  return out;
}

Result<bool> State::is_there(const char* sql, const std::vector<SqlValue>& values) const {
  bool found = false;
  HALLMARK_CHECK(database_->each(sql, values, [&](const SqlRow&) {
    found = true;
    return ok_status();
  }));
  return found;
}

Result<bool> State::has_withdrawal(const ReleaseInSuite& release) const {
  return is_there("SELECT 1 FROM withdrawal WHERE product = ? AND version = ? AND suite = ?",
                  {release.product, release.version, release.suite});
}

Result<bool> State::is_withdrawn(const ReleaseInSuite& release) const {
  return is_there(
      "SELECT 1 FROM withdrawal WHERE product = ? AND version = ? AND suite IN ('*', ?)",
      {release.product, release.version, release.suite});
}

Result<bool> State::bytes_are_withdrawn(const Sha256Digest& sha256) const {
  return is_there(
      "SELECT 1 FROM artefact JOIN build ON artefact.build = build.id JOIN withdrawal "
      "ON withdrawal.product = build.product AND withdrawal.version = build.version "
      "AND withdrawal.suite IN ('*', build.suite) WHERE artefact.sha256 = ? LIMIT 1",
      {sha256.hex()});
}

Result<std::string> State::other_release_with(const Sha256Digest& sha256, const ReleaseInSuite& own,
                                              Holders holders) const {
  // What an import brings is what people approved of by its digest, read or not.
  const char* kSql =
      "SELECT product || ' ' || version FROM artefact JOIN build ON artefact.build = build.id "
      "WHERE artefact.sha256 = ? AND kind NOT IN ('dsc', 'source') "
      "AND NOT (product = ? AND version = ?) AND (? OR (unread = 1 AND lock <> record)) LIMIT 1";
  HALLMARK_TRY(
      const std::vector<std::string> found,
      list(kSql, {sha256.hex(), own.product, own.version, int64_t{holders == Holders::kAll}}));
  return found.empty() ? std::string() : found.front();
}

Result<std::optional<ReleaseInSuite>> State::unread_and_not_gone() const {
  std::optional<ReleaseInSuite> found;
  HALLMARK_CHECK(database_->each(
      // As withdraw_stanzas takes bytes out: those of one release may be another's too.
      "SELECT build.product, build.version, build.suite FROM build "
      "JOIN artefact AS own ON own.build = build.id AND own.kind NOT IN ('dsc', 'source') "
      "WHERE build.unread = 1 AND NOT EXISTS (SELECT 1 FROM former_stanza AS gone "
      "WHERE gone.sha256 = own.sha256 AND gone.suite = build.suite AND gone.outdated = 1) "
      "AND NOT EXISTS (SELECT 1 FROM artefact AS same "
      "JOIN build AS other ON other.id = same.build "
      "JOIN withdrawal ON withdrawal.product = other.product "
      "AND withdrawal.version = other.version AND (withdrawal.suite = '*' "
      "OR (withdrawal.suite = build.suite AND other.suite = build.suite)) "
      "WHERE same.sha256 = own.sha256) LIMIT 1",
      {}, [&](const SqlRow& row) {
        found = ReleaseInSuite{std::string(row.text(0)), std::string(row.text(1)),
                               std::string(row.text(2))};
        return ok_status();
      }));
  return found;
}

Status State::add_withdrawal(const ReleaseInSuite& release, const Sha256Digest& statement,
                             int64_t now) const {
  return database_->execute(
      "INSERT INTO withdrawal VALUES (?, ?, ?, ?, ?)",
      {release.product, release.version, release.suite, statement.hex(), now});
}

Status State::add_former_stanza(const IndexPlace& place, const DerivedStanza& package) const {
  return database_->execute(
      "INSERT INTO former_stanza VALUES (?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING",
      {place.suite, place.component, place.architecture, package.package, package.version,
       package.package_architecture, package.sha256.hex()});
}

Status State::withdraw_stanzas(const Sha256Digest& deb, const std::string& suite) const {
  const std::vector<SqlValue> values = {deb.hex(), int64_t{in_every(suite)}, suite};
  HALLMARK_CHECK(database_->execute(
      "INSERT INTO former_stanza SELECT suite, component, architecture, package, version, "
      "package_architecture, sha256, 0 FROM stanza WHERE sha256 = ? AND (? OR suite = ?) "
      "ON CONFLICT DO NOTHING",
      values));
  return database_->execute("DELETE FROM stanza WHERE sha256 = ? AND (? OR suite = ?)", values);
}

Result<std::vector<FormerPackage>> State::former_packages(const Sha256Digest& deb,
                                                          const std::string& suite) const {
  std::vector<FormerPackage> out;
  HALLMARK_CHECK(database_->each(
      "SELECT DISTINCT suite, component, package, version, package_architecture "
      "FROM former_stanza WHERE sha256 = ? AND (? OR suite = ?) ORDER BY suite, component",
      {deb.hex(), int64_t{in_every(suite)}, suite}, [&](const SqlRow& row) {
        out.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)),
                       std::string(row.text(3)), std::string(row.text(4))});
        return ok_status();
      }));
  return out;
}

}  // namespace hallmark
