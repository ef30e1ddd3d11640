// The part of the signing state about how many machines take a version.
#include "signer/state.hpp"

namespace hallmark {
namespace {

Result<std::vector<ReleaseInSuite>> releases(const Database& database, const char* sql,
                                             const std::vector<SqlValue>& values) {
  std::vector<ReleaseInSuite> out;
  HALLMARK_CHECK(database.each(sql, values, [&](const SqlRow& row) {
    out.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2))});
    return ok_status();
  }));
  return out;
}

}  // namespace

Result<std::vector<RolledOut>> State::rolled_out(const ReleaseInSuite& release) const {
  std::vector<RolledOut> out;
  HALLMARK_CHECK(database_->each(
      "SELECT DISTINCT artefact.name, artefact.sha256, IFNULL(percentage, 100) FROM build "
      "JOIN artefact ON artefact.build = build.id "
      "LEFT JOIN phased ON phased.suite = build.suite AND phased.sha256 = artefact.sha256 "
      "WHERE product = ? AND build.version = ? AND build.suite = ? AND EXISTS (SELECT 1 FROM "
      "stanza WHERE stanza.sha256 = artefact.sha256 AND stanza.suite = build.suite) "
      "ORDER BY artefact.name",
      {release.product, release.version, release.suite}, [&](const SqlRow& row) -> Status {
        HALLMARK_TRY(const Sha256Digest sha256, Sha256Digest::from_hex(row.text(1)));
        out.push_back({std::string(row.text(0)), sha256, static_cast<uint64_t>(row.integer(2))});
        return ok_status();
      }));
  return out;
}

Result<std::vector<ReleaseInSuite>> State::releases_rolling_out() const {
  return releases(*database_,
                  "SELECT DISTINCT product, build.version, phased.suite FROM phased "
                  "JOIN artefact ON artefact.sha256 = phased.sha256 "
                  "JOIN build ON build.id = artefact.build AND build.suite = phased.suite "
                  "JOIN stanza ON stanza.sha256 = phased.sha256 AND stanza.suite = phased.suite "
                  "ORDER BY phased.suite, product, build.version COLLATE debversion",
                  {});
}

Result<std::vector<ReleaseInSuite>> State::releases_in_suites(const std::string& product) const {
  return releases(*database_,
                  "SELECT DISTINCT product, build.version, build.suite FROM build "
                  "JOIN artefact ON artefact.build = build.id "
                  "JOIN stanza ON stanza.sha256 = artefact.sha256 AND stanza.suite = build.suite "
                  "WHERE product = ? ORDER BY build.suite, build.version COLLATE debversion",
                  {product});
}

Result<bool> State::has_package(const std::string& suite, const Sha256Digest& sha256) const {
  return is_there("SELECT 1 FROM stanza WHERE sha256 = ? AND suite = ? LIMIT 1",
                  {sha256.hex(), suite});
}

Status State::set_rollout(const std::string& suite, const Sha256Digest& sha256,
                          uint64_t percentage) const {
  if (percentage >= 100) {
    return database_->execute("DELETE FROM phased WHERE suite = ? AND sha256 = ?",
                              {suite, sha256.hex()});
  }
  return database_->execute("INSERT OR REPLACE INTO phased VALUES (?, ?, ?)",
                            {suite, sha256.hex(), static_cast<int64_t>(percentage)});
}

Result<bool> State::rollout_was_used(const Sha256Digest& statement) const {
  return is_there("SELECT 1 FROM rollout WHERE statement = ?", {statement.hex()});
}

Status State::use_rollout(const Sha256Digest& statement) const {
  return database_->execute("INSERT INTO rollout VALUES (?)", {statement.hex()});
}

}  // namespace hallmark
