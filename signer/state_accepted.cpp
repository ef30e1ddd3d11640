// The part of the signing state that says what was accepted.
#include "signer/state.hpp"

namespace hallmark {
namespace {

std::vector<SqlValue> key_of(const Sha256Digest& lock, const Target& target) {
  return {lock.hex(), target.suite, target.component, target.architecture, target.environment};
}

Status read_build(const SqlRow& row, AcceptedBuild& build) {
  HALLMARK_TRY(build.lock, Sha256Digest::from_hex(row.text(1)));
  build.target = {std::string(row.text(2)), std::string(row.text(3)), std::string(row.text(4)),
                  std::string(row.text(5))};
  build.product = row.text(6);
  build.version = row.text(7);
  HALLMARK_TRY(build.record, Sha256Digest::from_hex(row.text(8)));
  const std::optional<Evidence> evidence = evidence_from_name(row.text(9));
  if (!evidence) return failed("signing state", "has a build without evidence");
  build.evidence = *evidence;
  const std::optional<Evidence> alone = evidence_from_name(row.text(10));
  if (!alone) return failed("signing state", "has a build without evidence");
  build.alone = *alone;
  HALLMARK_TRY(build.statement, Sha256Digest::from_hex(row.text(11)));
  build.rollout = static_cast<uint64_t>(row.integer(12));
  build.unread = row.integer(13) != 0;
  return ok_status();
}

Status read_artefact(const SqlRow& row, AcceptedBuild& build) {
  AcceptedArtefact artefact;
  artefact.name = row.text(0);
  artefact.kind = row.text(1);
  HALLMARK_TRY(artefact.sha256, Sha256Digest::from_hex(row.text(2)));
  artefact.size = row.integer(3);
  artefact.path = row.text(4);
  build.artefacts.push_back(std::move(artefact));
  return ok_status();
}

}  // namespace

Result<std::vector<AcceptedBuild>> State::read_builds(const std::string& where,
                                                      const std::vector<SqlValue>& values) const {
  std::vector<AcceptedBuild> out;
  std::vector<int64_t> ids;
  const std::string sql =
      "SELECT id, lock, suite, component, architecture, environment, product, version, record, "
      "evidence, alone, statement, rollout, unread FROM build WHERE " +
      where + " ORDER BY suite, component, architecture, environment";
  HALLMARK_CHECK(database_->each(sql.c_str(), values, [&](const SqlRow& row) -> Status {
    ids.push_back(row.integer(0));
    return read_build(row, out.emplace_back());
  }));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    HALLMARK_CHECK(database_->each(
        "SELECT name, kind, sha256, size, path FROM artefact WHERE build = ? ORDER BY position",
        {ids[i]}, [&](const SqlRow& row) { return read_artefact(row, out[i]); }));
  }
  return out;
}

Result<std::optional<AcceptedBuild>> State::build(const Sha256Digest& lock,
                                                  const Target& target) const {
  HALLMARK_TRY(std::vector<AcceptedBuild> found,
               read_builds("lock = ? AND suite = ? AND component = ? AND architecture = ? AND "
                           "environment = ?",
                           key_of(lock, target)));
  if (found.empty()) return std::optional<AcceptedBuild>();
  return std::optional<AcceptedBuild>(std::move(found.front()));
}

Result<std::vector<AcceptedBuild>> State::builds_of(const ReleaseInSuite& release) const {
  return read_builds("product = ? AND version = ? AND (? = '*' OR suite = ?)",
                     {release.product, release.version, release.suite, release.suite});
}

Status State::add_build(const AcceptedBuild& build, int64_t now) const {
  std::vector<SqlValue> values = key_of(build.lock, build.target);
  values.insert(values.end(),
                {build.product, build.version, build.record.hex(), evidence_name(build.evidence),
                 evidence_name(build.alone), build.statement.hex(), now,
                 static_cast<int64_t>(build.rollout), int64_t{build.unread}, now});
  HALLMARK_CHECK(database_->execute(
      "INSERT INTO build(lock, suite, component, architecture, environment, product, version, "
      "record, evidence, alone, statement, accepted_at, rollout, unread, first_at) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      values));
  HALLMARK_TRY(const int64_t id, last_row());
  int64_t position = 0;
  for (const AcceptedArtefact& artefact : build.artefacts) {
    HALLMARK_CHECK(database_->execute("INSERT INTO artefact VALUES (?, ?, ?, ?, ?, ?, ?)",
                                      {id, position++, artefact.name, artefact.kind,
                                       artefact.sha256.hex(), artefact.size, artefact.path}));
  }
  return ok_status();
}

Status State::accepted_elsewhere(const Place& place, const Sha256Digest& sha256,
                                 int64_t time) const {
  return database_->execute(
      "UPDATE build SET first_at = MIN(first_at, ?1) "
      "WHERE lock = ?2 AND suite = ?3 AND component = ?4 "
      "AND id IN (SELECT build FROM artefact WHERE sha256 = ?5)",
      {time, place.release, place.suite, place.component, sha256.hex()});
}

Result<Target> State::built_for(const AcceptedBuild& build) const {
  Target out = build.target;
  const Target& target = build.target;
  bool found = false;
  HALLMARK_CHECK(
      database_->each("SELECT suite FROM build WHERE lock = ? AND record = ? AND component = ? AND "
                      "architecture = ? "
                      "AND environment = ? ORDER BY id LIMIT 1",
                      {build.lock.hex(), build.record.hex(), target.component, target.architecture,
                       target.environment},
                      [&](const SqlRow& row) {
                        out.suite = row.text(0);
                        found = true;
                        return ok_status();
                      }));
  if (!found) return failed("signing state", "does not know what was promoted");
  return out;
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

Result<bool> State::is_accepted_size(const std::string& kind, uint64_t size) const {
  bool found = false;
  HALLMARK_CHECK(database_->each("SELECT 1 FROM artefact WHERE kind = ? AND size = ? LIMIT 1",
                                 {kind, static_cast<int64_t>(size)}, [&](const SqlRow&) {
                                   found = true;
                                   return ok_status();
                                 }));
  return found;
}

Result<bool> State::is_product_of_packages(const std::string& product) const {
  HALLMARK_TRY(const std::vector<std::string> kinds,
               list("SELECT DISTINCT kind FROM artefact JOIN build ON artefact.build = build.id "
                    "WHERE product = ? AND kind NOT IN ('dsc', 'source')",
                    {product}));
  return kinds == std::vector<std::string>{"deb"};
}

Result<bool> State::is_accepted_at(const Place& place, const Sha256Digest& sha256) const {
  return is_there(
      "SELECT 1 FROM artefact JOIN build ON artefact.build = build.id "
      "WHERE artefact.sha256 = ? AND lock = ? AND suite = ? AND component = ? LIMIT 1",
      {sha256.hex(), place.release, place.suite, place.component});
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

}  // namespace hallmark
