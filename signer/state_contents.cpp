// The part of the signing state about Contents: packages' paths, and each index's shards.
#include <algorithm>
#include <map>

#include "signer/state.hpp"
#include "verify/contents_index.hpp"

namespace hallmark {
namespace {

class PlaceShards : public ContentsStore {
 public:
  PlaceShards(const Database& database, const IndexPlace& place)
      : database_(database), place_(place) {}

  Result<std::string> packed_paths(const Sha256Digest& deb) override {
    return one("SELECT packed FROM deb_paths WHERE sha256 = ?", {deb.hex()});
  }
  Result<std::optional<std::string>> shard_before(std::string_view path) override {
    return at_most_one(
        "SELECT begin FROM contents_shard WHERE suite = ? AND component = ? AND "
        "architecture = ? AND begin < ? ORDER BY begin DESC LIMIT 1",
        of_place(path));
  }
  Result<std::optional<std::string>> shard_behind(std::string_view path) override {
    return at_most_one(
        "SELECT begin FROM contents_shard WHERE suite = ? AND component = ? AND "
        "architecture = ? AND begin > ? ORDER BY begin LIMIT 1",
        of_place(path));
  }
  Result<std::string> shard_form(std::string_view begin) override {
    return one(
        "SELECT form FROM contents_shard WHERE suite = ? AND component = ? AND "
        "architecture = ? AND begin = ?",
        of_place(begin));
  }
  Status remove_shard(std::string_view begin) override {
    return database_.execute(
        "DELETE FROM contents_shard WHERE suite = ? AND component = ? AND architecture = ? AND "
        "begin = ?",
        of_place(begin));
  }
  Status add_shard(std::string_view begin, std::string_view form) override {
    std::vector<SqlValue> values = of_place(begin);
    values.emplace_back(std::string(form));
    return database_.execute("INSERT INTO contents_shard VALUES (?, ?, ?, ?, ?)", values);
  }

 private:
  std::vector<SqlValue> of_place(std::string_view begin) const {
    return {place_.suite, place_.component, place_.architecture, std::string(begin)};
  }
  Result<std::optional<std::string>> at_most_one(const char* sql,
                                                 const std::vector<SqlValue>& values) const {
    std::optional<std::string> found;
    HALLMARK_CHECK(database_.each(sql, values, [&](const SqlRow& row) {
      found = row.text(0);
      return ok_status();
    }));
    return found;
  }
  Result<std::string> one(const char* sql, const std::vector<SqlValue>& values) const {
    HALLMARK_TRY(std::optional<std::string> found, at_most_one(sql, values));
    if (!found) return failed("signing state", "lacks a part of Contents");
    return std::move(*found);
  }

  const Database& database_;
  const IndexPlace& place_;
};

// A package that came or went since the shards were written.
struct MovedDeb {
  Sha256Digest sha256;
  std::string name;
};

Result<std::vector<MovedDeb>> moved_debs(const Database& database, const char* sql,
                                         const IndexPlace& place) {
  std::vector<MovedDeb> out;
  HALLMARK_CHECK(database.each(sql, {place.suite, place.component, place.architecture},
                               [&](const SqlRow& row) -> Status {
                                 MovedDeb deb;
                                 HALLMARK_TRY(deb.sha256, Sha256Digest::from_hex(row.text(0)));
                                 deb.name = row.text(1);
                                 out.push_back(std::move(deb));
                                 return ok_status();
                               }));
  return out;
}

constexpr const char* kAdded =
    "SELECT DISTINCT stanza.sha256, name FROM stanza JOIN deb_paths ON deb_paths.sha256 = "
    "stanza.sha256 WHERE stanza.suite = ? AND stanza.component = ? AND stanza.architecture = ? AND "
    "NOT EXISTS (SELECT 1 FROM contents_deb WHERE contents_deb.suite = stanza.suite AND "
    "contents_deb.component = stanza.component AND "
    "contents_deb.architecture = stanza.architecture AND contents_deb.sha256 = stanza.sha256)";
constexpr const char* kRemoved =
    "SELECT sha256, name FROM contents_deb WHERE suite = ? AND component = ? AND architecture = ? "
    "AND NOT EXISTS (SELECT 1 FROM stanza WHERE stanza.suite = contents_deb.suite AND "
    "stanza.component = contents_deb.component AND "
    "stanza.architecture = contents_deb.architecture AND stanza.sha256 = contents_deb.sha256)";

Status add_kept(const Database& database, const IndexPlace& place, ContentsChange& change) {
  const std::vector<Sha256Digest>& gone = change.removed;
  return database.each(
      "SELECT sha256 FROM contents_deb WHERE name = ? AND suite = ? AND component = ? AND "
      "architecture = ?",
      {change.name, place.suite, place.component, place.architecture},
      [&](const SqlRow& row) -> Status {
        HALLMARK_TRY(const Sha256Digest deb, Sha256Digest::from_hex(row.text(0)));
        if (std::find(gone.begin(), gone.end(), deb) == gone.end()) change.kept.push_back(deb);
        return ok_status();
      });
}

Result<std::vector<ContentsChange>> changes_of(const Database& database, const IndexPlace& place,
                                               const std::vector<MovedDeb>& added,
                                               const std::vector<MovedDeb>& removed) {
  std::map<std::string, ContentsChange> changes;
  for (const MovedDeb& deb : added) changes[deb.name].added.push_back(deb.sha256);
  for (const MovedDeb& deb : removed) changes[deb.name].removed.push_back(deb.sha256);
  std::vector<ContentsChange> out;
  for (auto& [name, change] : changes) {
    change.name = name;
    HALLMARK_CHECK(add_kept(database, place, change));
    out.push_back(std::move(change));
  }
  return out;
}

Status note_moved(const Database& database, const IndexPlace& place,
                  const std::vector<MovedDeb>& added, const std::vector<MovedDeb>& removed) {
  for (const MovedDeb& deb : removed) {
    HALLMARK_CHECK(database.execute(
        "DELETE FROM contents_deb WHERE suite = ? AND component = ? AND architecture = ? AND "
        "sha256 = ?",
        {place.suite, place.component, place.architecture, deb.sha256.hex()}));
  }
  for (const MovedDeb& deb : added) {
    HALLMARK_CHECK(database.execute(
        "INSERT INTO contents_deb VALUES (?, ?, ?, ?, ?)",
        {place.suite, place.component, place.architecture, deb.sha256.hex(), deb.name}));
  }
  return ok_status();
}

Result<std::optional<FileDigest>> known_digest(const Database& database, const IndexPlace& place) {
  std::optional<FileDigest> known;
  HALLMARK_CHECK(database.each(
      "SELECT sha256, size FROM contents_digest WHERE suite = ? AND component = ? AND "
      "architecture = ?",
      {place.suite, place.component, place.architecture}, [&](const SqlRow& row) -> Status {
        HALLMARK_TRY(const Sha256Digest sha256, Sha256Digest::from_hex(row.text(0)));
        known = FileDigest{sha256, static_cast<uint64_t>(row.integer(1))};
        return ok_status();
      }));
  return known;
}

bool has_contents(const Policy& policy, const IndexPlace& place) {
  const auto has = [](const std::vector<std::string>& list, const std::string& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
  };
  const SuitePolicy* suite = policy.suite(place.suite);
  return suite != nullptr && suite->contents && has(suite->components, place.component) &&
         has(suite->architectures, place.architecture);
}

}  // namespace

Status State::add_deb_paths(const Sha256Digest& deb, const ListedPaths& paths) const {
  return database_->execute("INSERT INTO deb_paths VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                            {deb.hex(), paths.name, paths.packed});
}

Result<FileDigest> State::update_contents_of(const IndexPlace& place) const {
  HALLMARK_TRY(Transaction transaction, begin());
  HALLMARK_TRY(const std::vector<MovedDeb> added, moved_debs(*database_, kAdded, place));
  HALLMARK_TRY(const std::vector<MovedDeb> removed, moved_debs(*database_, kRemoved, place));
  HALLMARK_TRY(const std::optional<FileDigest> known, known_digest(*database_, place));
  if (known && added.empty() && removed.empty()) return *known;

  HALLMARK_TRY(const std::vector<ContentsChange> changes,
               changes_of(*database_, place, added, removed));
  PlaceShards shards(*database_, place);
  HALLMARK_CHECK(update_contents(shards, changes));
  HALLMARK_CHECK(note_moved(*database_, place, added, removed));
  ContentsHasher hasher;
  HALLMARK_CHECK(each_contents_form(
      place, [&](std::string_view form) { return hasher.add(std::string(form)); }));
  HALLMARK_TRY(const FileDigest digest, hasher.finish());
  HALLMARK_CHECK(database_->execute("INSERT OR REPLACE INTO contents_digest VALUES (?, ?, ?, ?, ?)",
                                    {place.suite, place.component, place.architecture,
                                     digest.sha256.hex(), static_cast<int64_t>(digest.size)}));
  HALLMARK_CHECK(transaction.commit());
  return digest;
}

Status State::keep_contents_of(const Policy& policy) const {
  std::vector<IndexPlace> gone;
  HALLMARK_CHECK(database_->each(
      "SELECT suite, component, architecture FROM contents_digest", {}, [&](const SqlRow& row) {
        IndexPlace place{std::string(row.text(0)), std::string(row.text(1)),
                         std::string(row.text(2))};
        if (!has_contents(policy, place)) gone.push_back(std::move(place));
        return ok_status();
      }));
  for (const IndexPlace& place : gone) {
    for (const char* table : {"contents_shard", "contents_deb", "contents_digest"}) {
      const std::string sql = std::string("DELETE FROM ") + table +
                              " WHERE suite = ? AND component = ? AND architecture = ?";
      HALLMARK_CHECK(
          database_->execute(sql.c_str(), {place.suite, place.component, place.architecture}));
    }
  }
  return ok_status();
}

Status State::each_contents_form(const IndexPlace& place,
                                 const std::function<Status(std::string_view form)>& visit) const {
  return database_->each(
      "SELECT form FROM contents_shard WHERE suite = ? AND component = ? AND architecture = ? "
      "ORDER BY begin",
      {place.suite, place.component, place.architecture},
      [&](const SqlRow& row) { return visit(row.text(0)); });
}

}  // namespace hallmark
