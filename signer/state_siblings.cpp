// The part of the signing state about the group's other terminals.
#include <algorithm>

#include "core/debian_version.hpp"
#include "signer/state.hpp"

namespace hallmark {
namespace {

// When a line's terminal, or the one that it was adopted from, did what `given` tells of.
constexpr const char* kFirstTime =
    "CASE WHEN given.origin = '' THEN given.time ELSE MIN(given.origin_time, given.time) END";

Status read_sibling(const SqlRow& row, Sibling& sibling) {
  sibling.terminal = row.text(0);
  sibling.key = row.text(1);
  HALLMARK_TRY(sibling.tree,
               MerkleFrontier::restore(static_cast<uint64_t>(row.integer(2)), row.text(3)));
  sibling.imported_at = row.integer(4);
  sibling.seen.size = static_cast<uint64_t>(row.integer(5));
  HALLMARK_TRY(sibling.seen.root, Sha256Digest::from_hex(row.text(6)));
  sibling.contradiction = row.text(7);
  return ok_status();
}

SiblingLine read_line(const SqlRow& row) {
  SiblingLine line;
  line.terminal = row.text(0);
  line.sequence = static_cast<uint64_t>(row.integer(1));
  line.time = row.integer(2);
  line.kind = row.text(3);
  line.request = row.text(4);
  line.policy = row.text(5);
  line.new_policy = row.text(6);
  if (row.integer(7) >= 0) line.number = static_cast<uint64_t>(row.integer(7));
  line.origin = row.text(8);
  line.origin_sequence = static_cast<uint64_t>(row.integer(9));
  line.origin_time = row.integer(10);
  line.pending = row.integer(11) != 0;
  line.sha256 = row.text(12);
  line.suite = row.text(13);
  line.component = row.text(14);
  line.text = row.text(15);
  return line;
}

}  // namespace

Result<std::vector<Sibling>> State::siblings() const {
  std::vector<Sibling> out;
  HALLMARK_CHECK(database_->each(
      "SELECT terminal, key, size, peaks, imported_at, seen_size, seen_root, contradiction "
      "FROM sibling ORDER BY terminal",
      {}, [&](const SqlRow& row) { return read_sibling(row, out.emplace_back()); }));
  return out;
}

Result<std::optional<Sibling>> State::sibling(const std::string& terminal) const {
  HALLMARK_TRY(std::vector<Sibling> all, siblings());
  for (Sibling& sibling : all) {
    if (sibling.terminal == terminal) return std::optional<Sibling>(std::move(sibling));
  }
  return std::optional<Sibling>();
}

Status State::set_sibling(const Sibling& sibling) const {
  return database_->execute(
      "INSERT OR REPLACE INTO sibling VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      {sibling.terminal, sibling.key, static_cast<int64_t>(sibling.tree.size()),
       sibling.tree.peaks_hex(), sibling.imported_at, static_cast<int64_t>(sibling.seen.size),
       sibling.seen.root.hex(), sibling.contradiction});
}

Status State::add_sibling_line(const SiblingLine& line) const {
  return database_->execute(
      "INSERT INTO sibling_line VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {line.terminal, static_cast<int64_t>(line.sequence), line.time, line.kind, line.request,
       line.policy, line.new_policy, line.number ? static_cast<int64_t>(*line.number) : -1,
       line.origin, static_cast<int64_t>(line.origin_sequence), line.origin_time,
       int64_t{line.pending}, line.text, line.sha256, line.suite, line.component, line.package,
       line.package_version, line.architecture});
}

Status State::each_sibling_line(const std::string& terminal, const VisitLine& visit) const {
  return database_->each("SELECT text FROM sibling_line WHERE terminal = ? ORDER BY sequence",
                         {terminal}, [&](const SqlRow& row) { return visit(row.text(0)); });
}

Result<std::vector<SiblingLine>> State::read_lines(const std::string& text_column,
                                                   const std::string& where,
                                                   const std::vector<SqlValue>& values) const {
  const std::string sql =
      "SELECT terminal, sequence, time, kind, request, policy, new_policy, number, origin, "
      "origin_sequence, origin_time, pending, sha256, suite, component, " +
      text_column + " FROM sibling_line WHERE " + where;
  std::vector<SiblingLine> out;
  HALLMARK_CHECK(database_->each(sql.c_str(), values, [&](const SqlRow& row) {
    out.push_back(read_line(row));
    return ok_status();
  }));
  return out;
}

Result<std::vector<SiblingLine>> State::sibling_lines(const std::string& terminal, uint64_t from,
                                                      uint64_t limit) const {
  return read_lines("text", "terminal = ? AND sequence >= ? ORDER BY sequence LIMIT ?",
                    {terminal, static_cast<int64_t>(from), static_cast<int64_t>(limit)});
}

Result<std::vector<SiblingLine>> State::pending_lines(const std::string& terminal,
                                                      uint64_t limit) const {
  return read_lines("''", "terminal = ? AND pending = 1 ORDER BY sequence LIMIT ?",
                    {terminal, static_cast<int64_t>(limit)});
}

Result<int64_t> State::newest_sibling_time(const std::string& terminal) const {
  return number("SELECT time FROM sibling_line WHERE terminal = ? ORDER BY sequence DESC LIMIT 1",
                terminal);
}

Result<int64_t> State::count_pending(const std::string& terminal) const {
  return number("SELECT count(*) FROM sibling_line WHERE terminal = ? AND pending = 1", terminal);
}

Result<int64_t> State::number(const char* sql, const std::string& terminal) const {
  int64_t out = 0;
  HALLMARK_CHECK(database_->each(sql, {terminal}, [&](const SqlRow& row) {
    out = row.integer(0);
    return ok_status();
  }));
  return out;
}

Result<std::vector<SiblingLine>> State::sibling_policies(const std::string& terminal) const {
  return read_lines("''", "terminal = ? AND new_policy <> '' ORDER BY sequence", {terminal});
}

Result<bool> State::sibling_line_is_settled(const std::string& terminal, uint64_t sequence) const {
  return is_there("SELECT 1 FROM sibling_line WHERE terminal = ? AND sequence = ? AND pending = 0",
                  {terminal, static_cast<int64_t>(sequence)});
}

Result<bool> State::sibling_calls_back(const std::string& terminal, uint64_t after,
                                       const Sha256Digest& sha256) const {
  return is_there(
      "SELECT 1 FROM sibling_line WHERE terminal = ? AND +sequence > ? AND kind = 'withdrawal' AND "
      "sha256 = ? AND sha256 <> '' LIMIT 1",
      {terminal, static_cast<int64_t>(after), sha256.hex()});
}

Result<std::vector<State::TimeInSuite>> State::not_called_back(const std::string& terminal,
                                                               const Sha256Digest& sha256) const {
  std::vector<TimeInSuite> out;
  HALLMARK_CHECK(database_->each(
      (std::string("SELECT suite, component, MAX(") + kFirstTime +
       ") FROM sibling_line AS given WHERE given.sha256 = ?1 AND given.sha256 <> '' "
       "AND given.kind IN ('acceptance', 'promotion') AND (NOT EXISTS ("
       "SELECT 1 FROM sibling_line AS back WHERE back.sha256 = ?1 AND back.sha256 <> '' "
       "AND back.terminal = ?2 AND back.kind = 'withdrawal' AND back.suite = given.suite "
       "AND back.component = given.component) "
       // What another terminal did itself it has to call back itself.
       "OR (given.origin = '' AND NOT EXISTS ("
       "SELECT 1 FROM sibling_line AS back WHERE back.sha256 = ?1 AND back.sha256 <> '' "
       "AND back.terminal = given.terminal AND back.kind = 'withdrawal' "
       "AND back.suite = given.suite AND back.component = given.component))) "
       "GROUP BY suite, component")
          .c_str(),
      {sha256.hex(), terminal}, [&](const SqlRow& row) {
        out.push_back({std::string(row.text(0)), std::string(row.text(1)), row.integer(2)});
        return ok_status();
      }));
  return out;
}

Result<uint64_t> State::told_newer_versions(const DerivedStanza& package,
                                            const TimeInSuite& since) const {
  const std::string told =
      std::string(
          "SELECT acceptance.package_version AS version FROM sibling_line AS acceptance "
          "JOIN sibling_line AS given ON given.sha256 = acceptance.sha256 "
          "AND given.sha256 <> '' AND given.kind IN ('acceptance', 'promotion') "
          "AND given.suite = ?1 AND given.component = ?5 WHERE acceptance.package = ?2 AND "
          "acceptance.package <> '' "
          "AND acceptance.architecture = ?3 GROUP BY version HAVING MIN(") +
      kFirstTime + ") >= ?4";
  const std::string own =
      "SELECT version FROM (SELECT suite, component, package, package_architecture, version, "
      "sha256 "
      "FROM stanza UNION ALL SELECT suite, component, package, package_architecture, version, "
      "sha256 "
      "FROM former_stanza) AS known WHERE suite = ?1 AND component = ?5 AND package = ?2 "
      "AND package_architecture = ?3 AND (SELECT MIN(first_at) FROM artefact "
      "JOIN build ON build.id = artefact.build WHERE artefact.sha256 = known.sha256 "
      "AND build.suite = ?1 AND build.component = ?5) >= ?4";
  HALLMARK_TRY(const std::vector<std::string> versions,
               list((told + " UNION " + own).c_str(),
                    {since.suite, package.package, package.package_architecture, since.time,
                     since.component}));
  return static_cast<uint64_t>(
      std::count_if(versions.begin(), versions.end(), [&](const std::string& version) {
        return compare_debian_versions(version, package.version) > 0;
      }));
}

Status State::settle_lines(const std::string& terminal, uint64_t first, uint64_t count) const {
  return database_->execute(
      "UPDATE sibling_line SET pending = 0 WHERE terminal = ? AND sequence >= ? AND sequence < ?",
      {terminal, static_cast<int64_t>(first), static_cast<int64_t>(first + count)});
}

Status State::settle_policies(const std::string& terminal, uint64_t last) const {
  return database_->execute(
      "UPDATE sibling_line SET pending = 0 WHERE terminal = ? AND sequence <= ? AND pending = 1 "
      "AND new_policy <> ''",
      {terminal, static_cast<int64_t>(last)});
}

Status State::settle_copies() const {
  return database_->execute(
      "UPDATE sibling_line SET pending = 0 WHERE pending = 1 AND origin <> '' AND EXISTS "
      "(SELECT 1 FROM sibling_line AS first WHERE first.terminal = sibling_line.origin AND "
      "first.sequence = sibling_line.origin_sequence AND first.pending = 0 AND "
      "first.request = sibling_line.request)");
}

}  // namespace hallmark
