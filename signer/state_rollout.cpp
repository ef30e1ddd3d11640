// The part of the signing state about how many machines take a release.
#include <algorithm>

#include "signer/state.hpp"

namespace hallmark {
namespace {

Result<std::vector<RollingOut>> releases(const Database& database, const char* sql,
                                         const std::vector<SqlValue>& values) {
  std::vector<RollingOut> out;
  HALLMARK_CHECK(database.each(sql, values, [&](const SqlRow& row) {
    out.push_back({{std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2))},
                   static_cast<uint64_t>(row.integer(3)),
                   static_cast<uint64_t>(row.integer(4))});
    return ok_status();
  }));
  return out;
}

Result<uint64_t> share_begun_with(const Database& database, const ReleaseInSuite& release) {
  uint64_t share = 100;
  HALLMARK_CHECK(database.each(
      "SELECT IFNULL(MIN(rollout), 100) FROM build WHERE product = ? AND version = ? AND suite = ?",
      {release.product, release.version, release.suite}, [&](const SqlRow& row) {
        share = static_cast<uint64_t>(row.integer(0));
        return ok_status();
      }));
  return share;
}

}  // namespace

Result<RolloutShare> State::rollout_share(const ReleaseInSuite& release) const {
  const std::vector<SqlValue> key = {release.product, release.version, release.suite};
  RolloutShare out;
  HALLMARK_CHECK(database_->each(
      "SELECT statement, share FROM rollout WHERE product = ? AND version = ? AND suite = ? "
      "AND NOT EXISTS (SELECT 1 FROM rollout_followed WHERE after = rollout.statement) "
      "ORDER BY statement",
      key, [&](const SqlRow& row) -> Status {
        HALLMARK_TRY(const Sha256Digest statement, Sha256Digest::from_hex(row.text(0)));
        out.after.push_back(statement);
        out.share = std::min(out.share, static_cast<uint64_t>(row.integer(1)));
        return ok_status();
      }));
  if (!out.after.empty()) return out;
  HALLMARK_TRY(out.share, share_begun_with(*database_, release));
  return out;
}

Result<std::optional<uint64_t>> State::share_followed(const RolloutStatement& rollout) const {
  if (rollout.after.empty()) {
    HALLMARK_TRY(const uint64_t begun_with,
                 share_begun_with(*database_, {rollout.product, rollout.version, rollout.suite}));
    return std::optional<uint64_t>(begun_with);
  }
  uint64_t share = 100;
  std::size_t known = 0;
  for (const Sha256Digest& after : rollout.after) {
    HALLMARK_CHECK(database_->each(
        "SELECT share FROM rollout WHERE statement = ? AND product = ? AND version = ? "
        "AND suite = ?",
        {after.hex(), rollout.product, rollout.version, rollout.suite}, [&](const SqlRow& row) {
          share = std::min(share, static_cast<uint64_t>(row.integer(0)));
          ++known;
          return ok_status();
        }));
  }
  if (known < rollout.after.size()) return std::optional<uint64_t>();
  return std::optional<uint64_t>(share);
}

Result<std::vector<RollingOut>> State::releases_rolling_out() const {
  return releases(*database_,
                  "SELECT product, build.version, phased.suite, MIN(percentage), MAX(percentage) "
                  "FROM phased CROSS JOIN artefact ON artefact.sha256 = phased.sha256 "
                  "JOIN build ON build.id = artefact.build AND build.suite = phased.suite "
                  "WHERE EXISTS (SELECT 1 FROM stanza WHERE stanza.sha256 = phased.sha256 "
                  "AND stanza.suite = phased.suite) "
                  "GROUP BY phased.suite, product, build.version "
                  "ORDER BY phased.suite, product, build.version COLLATE debversion",
                  {});
}

Result<std::vector<RollingOut>> State::releases_in_suites(const std::string& product) const {
  return releases(*database_,
                  "SELECT product, build.version, build.suite, MIN(IFNULL(percentage, 100)), "
                  "MAX(IFNULL(percentage, 100)) FROM build "
                  "JOIN artefact ON artefact.build = build.id "
                  "LEFT JOIN phased ON phased.suite = build.suite "
                  "AND phased.sha256 = artefact.sha256 "
                  "WHERE product = ? AND EXISTS (SELECT 1 FROM stanza WHERE "
                  "stanza.sha256 = artefact.sha256 AND stanza.suite = build.suite) "
                  "GROUP BY build.suite, build.version "
                  "ORDER BY build.suite, build.version COLLATE debversion",
                  {product});
}

Status State::each_phased(const std::string& suite, const VisitPhased& visit) const {
  return database_->each(
      "SELECT sha256, percentage FROM phased WHERE suite = ?1 AND EXISTS (SELECT 1 FROM stanza "
      "WHERE stanza.sha256 = phased.sha256 AND stanza.suite = ?1) ORDER BY sha256",
      {suite},
      [&](const SqlRow& row) { return visit(row.text(0), static_cast<uint64_t>(row.integer(1))); });
}

Result<bool> State::rollout_was_used(const Sha256Digest& statement) const {
  return is_there("SELECT 1 FROM rollout WHERE statement = ?", {statement.hex()});
}

Status State::add_rollout(const Sha256Digest& statement, const RolloutStatement& rollout) const {
  HALLMARK_CHECK(database_->execute("INSERT INTO rollout VALUES (?, ?, ?, ?, ?)",
                                    {statement.hex(), rollout.product, rollout.version,
                                     rollout.suite, static_cast<int64_t>(rollout.to)}));
  for (const Sha256Digest& after : rollout.after) {
    HALLMARK_CHECK(database_->execute("INSERT INTO rollout_followed VALUES (?, ?)",
                                      {statement.hex(), after.hex()}));
  }
  HALLMARK_TRY(const std::vector<ReleaseArtefact> artefacts,
               release_artefacts({rollout.product, rollout.version, rollout.suite}));
  for (const ReleaseArtefact& artefact : artefacts) {
    if (artefact.kind != "deb") continue;
    HALLMARK_CHECK(settle_share(rollout.suite, artefact.sha256));
  }
  return ok_status();
}

Status State::settle_share(const std::string& suite, const Sha256Digest& sha256) const {
  std::vector<std::pair<ReleaseInSuite, uint64_t>> builds;
  HALLMARK_CHECK(database_->each(
      "SELECT DISTINCT product, version, rollout FROM artefact JOIN build "
      "ON build.id = artefact.build WHERE sha256 = ? AND suite = ?",
      {sha256.hex(), suite}, [&](const SqlRow& row) {
        builds.push_back({{std::string(row.text(0)), std::string(row.text(1)), suite},
                          static_cast<uint64_t>(row.integer(2))});
        return ok_status();
      }));
  uint64_t share = 0;
  for (const auto& [release, begun_with] : builds) {
    HALLMARK_TRY(const RolloutShare in_force, rollout_share(release));
    share = std::max(share, in_force.after.empty() ? begun_with : in_force.share);
  }
  if (share >= 100) {
    return database_->execute("DELETE FROM phased WHERE suite = ? AND sha256 = ?",
                              {suite, sha256.hex()});
  }
  return database_->execute("INSERT OR REPLACE INTO phased VALUES (?, ?, ?)",
                            {suite, sha256.hex(), static_cast<int64_t>(share)});
}

Result<std::vector<std::string>> State::products_of_packages(const ReleaseInSuite& release) const {
  return list(
      "SELECT DISTINCT other.product FROM build JOIN artefact ON artefact.build = build.id "
      "JOIN stanza AS own ON own.sha256 = artefact.sha256 AND own.suite = build.suite "
      "JOIN (SELECT package, sha256 FROM stanza UNION SELECT package, sha256 FROM "
      "former_stanza) AS same ON same.package = own.package "
      "JOIN artefact AS there ON there.sha256 = same.sha256 "
      "JOIN build AS other ON other.id = there.build "
      "WHERE build.product = ? AND build.version = ? AND build.suite = ?",
      {release.product, release.version, release.suite});
}

}  // namespace hallmark
