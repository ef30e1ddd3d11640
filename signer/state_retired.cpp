// The part of the signing state about packages whose place newer versions have taken
// ("keep_versions" of the policy).
#include <algorithm>
#include <set>

#include "core/debian_version.hpp"
#include "signer/state.hpp"

namespace hallmark {
namespace {

// One version of a package, in the index of one architecture.
struct ListedVersion {
  std::string component;     // of the index
  std::string architecture;  // of the index
  std::string version;
  std::string sha256;
  bool standing = false;
  bool outdated = false;  // was found to be
  int64_t first = 0;      // when a terminal first took it; seconds since 1970
};

// What came after a version, and is higher. A lower one that was approved of since does not count,
// and is none of the old ones either.
uint64_t newer_versions(const ListedVersion& old, const std::vector<ListedVersion>& all) {
  std::set<std::string_view> newer;
  for (const ListedVersion& other : all) {
    if (other.component != old.component || other.architecture != old.architecture) continue;
    if (other.first < old.first) continue;
    if (compare_debian_versions(other.version, old.version) > 0) newer.insert(other.version);
  }
  return newer.size();
}

// The .debs of one package that each index has newer versions enough of, and that were not found to
// be outdated before. What was called back counts: nothing that has left a suite comes back when
// something newer is called back.
std::set<DebInComponent> newly_outdated(const std::vector<ListedVersion>& all, uint64_t keep) {
  std::set<DebInComponent> outdated;
  std::set<DebInComponent> staying;
  for (const ListedVersion& each : all) {
    if (each.outdated) continue;
    auto& kind = newer_versions(each, all) >= keep ? outdated : staying;
    kind.insert({each.component, each.sha256});
  }
  std::erase_if(outdated, [&](const DebInComponent& deb) { return staying.contains(deb); });
  return outdated;
}

ListedVersion read_version(const SqlRow& row) {
  return {std::string(row.text(1)),
          std::string(row.text(2)),
          std::string(row.text(3)),
          std::string(row.text(4)),
          row.integer(5) != 0,
          row.integer(6) != 0,
          row.integer(7)};
}

// `which`: a condition on `package`, or nothing.
std::string versions_query(const std::string& which) {
  const std::string of_its_builds =
      " FROM artefact JOIN build ON build.id = artefact.build WHERE artefact.sha256 = known.sha256 "
      "AND build.suite = ?1 AND build.component = known.component)";
  const std::string columns = "SELECT package, component, architecture, version, sha256, ";
  return columns + "standing, outdated, (SELECT MIN(first_at)" + of_its_builds + " FROM (" +
         columns + "1 AS standing, 0 AS outdated FROM stanza WHERE suite = ?1" + which +
         " UNION ALL " + columns + "0, outdated FROM former_stanza WHERE suite = ?1" + which +
         ") AS known ORDER BY package";
}

}  // namespace

Result<std::vector<DebInComponent>> State::outdated_debs(const std::string& which,
                                                         const std::vector<SqlValue>& values,
                                                         uint64_t keep) const {
  std::vector<DebInComponent> out;
  std::string package;
  std::vector<ListedVersion> versions;
  const auto judge = [&] {
    const std::set<DebInComponent> outdated = newly_outdated(versions, keep);
    out.insert(out.end(), outdated.begin(), outdated.end());
    versions.clear();
  };
  HALLMARK_CHECK(database_->each(versions_query(which).c_str(), values, [&](const SqlRow& row) {
    if (row.text(0) != package) judge();
    package = row.text(0);
    versions.push_back(read_version(row));
    return ok_status();
  }));
  judge();
  return out;
}

Status State::retire_debs(const std::string& suite, const std::vector<DebInComponent>& debs) const {
  constexpr const char* kSteps[] = {
      "INSERT INTO retired SELECT DISTINCT NULL, suite, component, package, version, "
      "package_architecture, sha256, text, 0 FROM stanza "
      "WHERE sha256 = ? AND suite = ? AND component = ? ON CONFLICT DO NOTHING",
      "INSERT INTO former_stanza SELECT suite, component, architecture, package, version, "
      "package_architecture, sha256, 0 FROM stanza "
      "WHERE sha256 = ? AND suite = ? AND component = ? ON CONFLICT DO NOTHING",
      "DELETE FROM stanza WHERE sha256 = ? AND suite = ? AND component = ?",
      "UPDATE former_stanza SET outdated = 1 WHERE sha256 = ? AND suite = ? AND component = ?"};
  for (const DebInComponent& deb : debs) {
    for (const char* step : kSteps) {
      HALLMARK_CHECK(database_->execute(step, {deb.sha256, suite, deb.component}));
    }
  }
  return retire_sources(suite, debs);
}

Status State::retire(const std::string& suite, const std::set<std::string>& packages,
                     uint64_t keep) const {
  std::vector<DebInComponent> all;
  for (const std::string& package : packages) {
    HALLMARK_TRY(const std::vector<DebInComponent> debs,
                 outdated_debs(" AND package = ?2", {suite, package}, keep));
    all.insert(all.end(), debs.begin(), debs.end());
  }
  return retire_debs(suite, all);
}

Status State::retire_all(const std::string& suite, uint64_t keep) const {
  HALLMARK_TRY(const std::vector<DebInComponent> debs, outdated_debs("", {suite}, keep));
  return retire_debs(suite, debs);
}

Result<std::optional<DerivedStanza>> State::retired_stanza(const std::string& suite,
                                                           const std::string& component,
                                                           const Sha256Digest& sha256) const {
  std::optional<DerivedStanza> found;
  HALLMARK_CHECK(database_->each(
      "SELECT package, version, package_architecture, text FROM retired "
      "WHERE suite = ? AND component = ? AND sha256 = ? AND returned = 0",
      {suite, component, sha256.hex()}, [&](const SqlRow& row) {
        found = DerivedStanza{std::string(row.text(0)), std::string(row.text(1)),
                              std::string(row.text(2)), sha256, std::string(row.text(3))};
        return ok_status();
      }));
  return found;
}

Status State::retired_packages(int64_t after, int64_t limit, const VisitRetired& visit) const {
  return database_->each(
      "SELECT id, suite, component, package, version, package_architecture, sha256, returned "
      "FROM retired WHERE id > ? ORDER BY id LIMIT ?",
      {after, limit}, [&](const SqlRow& row) -> Status {
        HALLMARK_TRY(const Sha256Digest sha256, Sha256Digest::from_hex(row.text(6)));
        return visit({row.integer(0),
                      row.integer(7) != 0,
                      {std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3)),
                       std::string(row.text(4)), std::string(row.text(5))},
                      sha256});
      });
}

Result<std::vector<std::string>> State::package_names(const Sha256Digest& deb,
                                                      const std::string& suite) const {
  return list(
      "SELECT package FROM stanza WHERE sha256 = ?1 AND suite = ?2 UNION "
      "SELECT package FROM former_stanza WHERE sha256 = ?1 AND suite = ?2",
      {deb.hex(), suite});
}

Result<int64_t> State::last_retired() const {
  int64_t last = 0;
  HALLMARK_CHECK(
      database_->each("SELECT IFNULL(MAX(id), 0) FROM retired", {}, [&](const SqlRow& row) {
        last = row.integer(0);
        return ok_status();
      }));
  return last;
}

}  // namespace hallmark
