// The part of the repository's state about Contents: packages' paths, and each index's shards.
#include <algorithm>
#include <map>

#include "publisher/repository/state.hpp"

namespace hallmark {
namespace {

class PlaceShards : public ContentsStore {
 public:
  PlaceShards(Database& database, const IndexPlace& place) : database_(database), place_(place) {}

  Result<std::string> packed_paths(const Sha256Digest& deb) override {
    HALLMARK_TRY(Statement row,
                 database_.query("SELECT packed FROM deb_paths WHERE sha256 = ?1", deb.hex()));
    HALLMARK_TRY(const bool there, row.step());
    if (!there) return failed("package " + deb.hex(), "has no list of paths");
    return row.blob(0);
  }

  Result<std::optional<std::string>> shard_before(std::string_view path) override {
    return boundary(
        "SELECT begin FROM contents_shard WHERE suite = ?1 AND component = ?2 AND "
        "architecture = ?3 AND begin < ?4 ORDER BY begin DESC LIMIT 1",
        path);
  }
  Result<std::optional<std::string>> shard_behind(std::string_view path) override {
    return boundary(
        "SELECT begin FROM contents_shard WHERE suite = ?1 AND component = ?2 AND "
        "architecture = ?3 AND begin > ?4 ORDER BY begin LIMIT 1",
        path);
  }

  Result<std::string> shard_form(std::string_view begin) override {
    HALLMARK_TRY(Statement row,
                 query("SELECT form FROM contents_shard WHERE suite = ?1 AND component = ?2 AND "
                       "architecture = ?3 AND begin = ?4",
                       begin));
    HALLMARK_TRY(const bool there, row.step());
    if (!there) return failed("Contents", "has no such shard");
    return row.blob(0);
  }

  Status remove_shard(std::string_view begin) override {
    HALLMARK_TRY(Statement statement,
                 query("DELETE FROM contents_shard WHERE suite = ?1 AND component = ?2 AND "
                       "architecture = ?3 AND begin = ?4",
                       begin));
    return statement.run();
  }
  Status add_shard(std::string_view begin, std::string_view form) override {
    return database_.run("INSERT INTO contents_shard VALUES (?1, ?2, ?3, ?4, ?5)", place_.suite,
                         place_.component, place_.architecture, SqlBlob{begin}, SqlBlob{form});
  }

 private:
  Result<Statement> query(std::string_view sql, std::string_view path) {
    return database_.query(sql, place_.suite, place_.component, place_.architecture, SqlBlob{path});
  }
  Result<std::optional<std::string>> boundary(std::string_view sql, std::string_view path) {
    HALLMARK_TRY(Statement row, query(sql, path));
    HALLMARK_TRY(const bool there, row.step());
    return there ? std::optional<std::string>(row.blob(0)) : std::nullopt;
  }

  Database& database_;
  const IndexPlace& place_;
};

}  // namespace

// Where nothing was removed since the shards were written, only members that came after are looked
// at.
Result<ContentsDifference> RepositoryState::contents_difference(const IndexPlace& place) {
  HALLMARK_TRY(Statement up_to,
               database_.query("SELECT number FROM contents_up_to WHERE suite = ?1 AND "
                               "component = ?2 AND architecture = ?3",
                               place.suite, place.component, place.architecture));
  HALLMARK_TRY(const bool grown, up_to.step());
  ContentsDifference out;
  HALLMARK_TRY(out.added, contents_added(place, grown ? up_to.integer(0) : 0));
  if (grown) return out;
  HALLMARK_TRY(out.removed, contents_removed(place));
  return out;
}

Result<std::vector<ContentsDifference::PoolDeb>> RepositoryState::contents_added(
    const IndexPlace& place, int64_t after) {
  HALLMARK_TRY(Statement rows,
               database_.query(
                   "SELECT sha256, path, EXISTS (SELECT 1 FROM deb_paths WHERE deb_paths.sha256 = "
                   "pool_package.sha256) FROM member CROSS JOIN pool_package USING (path) "
                   "WHERE number > ?4 AND suite = ?1 AND component = ?2 "
                   "AND architecture IN (?3, 'all') AND NOT "
                   "EXISTS (SELECT 1 FROM contents_deb AS known WHERE known.suite = ?1 AND "
                   "known.component = ?2 AND known.architecture = ?3 AND "
                   "known.sha256 = pool_package.sha256) ORDER BY sha256",
                   place.suite, place.component, place.architecture, after));
  std::vector<ContentsDifference::PoolDeb> out;
  for (;;) {
    HALLMARK_TRY(const bool row, rows.step());
    if (!row) return out;
    HALLMARK_TRY(const Sha256Digest sha256, Sha256Digest::from_hex(rows.text(0)));
    out.push_back({sha256, rows.text(1), rows.integer(2) != 0});
  }
}

Result<std::vector<Sha256Digest>> RepositoryState::contents_removed(const IndexPlace& place) {
  HALLMARK_TRY(
      Statement rows,
      database_.query("SELECT sha256 FROM contents_deb WHERE suite = ?1 AND component = ?2 AND "
                      "architecture = ?3 AND NOT EXISTS (SELECT 1 FROM pool_package CROSS JOIN "
                      "member USING (path) WHERE pool_package.sha256 = contents_deb.sha256 AND "
                      "member.suite = ?1 AND member.component = ?2 AND "
                      "pool_package.architecture IN (?3, 'all')) ORDER BY sha256",
                      place.suite, place.component, place.architecture));
  std::vector<Sha256Digest> out;
  for (;;) {
    HALLMARK_TRY(const bool row, rows.step());
    if (!row) return out;
    HALLMARK_TRY(const Sha256Digest sha256, Sha256Digest::from_hex(rows.text(0)));
    out.push_back(sha256);
  }
}

Status RepositoryState::add_deb_paths(const Sha256Digest& deb, const std::string& name,
                                      const std::string& packed) {
  return database_.run("INSERT OR IGNORE INTO deb_paths VALUES (?1, ?2, ?3)", deb.hex(), name,
                       SqlBlob{packed});
}

Status RepositoryState::update_contents_shards(const IndexPlace& place,
                                               const ContentsDifference& difference) {
  HALLMARK_TRY(const std::vector<ContentsChange> changes, contents_changes(place, difference));
  PlaceShards shards(database_, place);
  HALLMARK_CHECK(update_contents(shards, changes));
  return set_contents_debs(place, difference);
}

Result<std::vector<ContentsChange>> RepositoryState::contents_changes(
    const IndexPlace& place, const ContentsDifference& difference) {
  std::map<std::string, ContentsChange> changes;
  const auto change_of = [&](const Sha256Digest& deb) -> Result<ContentsChange*> {
    HALLMARK_TRY(Statement row,
                 database_.query("SELECT name FROM deb_paths WHERE sha256 = ?1", deb.hex()));
    HALLMARK_TRY(const bool there, row.step());
    if (!there) return failed("package " + deb.hex(), "has no list of paths");
    ContentsChange& change = changes[row.text(0)];
    change.name = row.text(0);
    return &change;
  };
  for (const ContentsDifference::PoolDeb& deb : difference.added) {
    HALLMARK_TRY(ContentsChange * change, change_of(deb.sha256));
    change->added.push_back(deb.sha256);
  }
  for (const Sha256Digest& deb : difference.removed) {
    HALLMARK_TRY(ContentsChange * change, change_of(deb));
    change->removed.push_back(deb);
  }
  std::vector<ContentsChange> out;
  for (auto& [name, change] : changes) {
    HALLMARK_TRY(change.kept, contents_debs_kept(place, change));
    out.push_back(std::move(change));
  }
  return out;
}

Result<std::vector<Sha256Digest>> RepositoryState::contents_debs_kept(
    const IndexPlace& place, const ContentsChange& change) {
  std::vector<Sha256Digest> kept;
  HALLMARK_TRY(Statement rows,
               database_.query("SELECT sha256 FROM contents_deb WHERE name = ?4 AND suite = ?1 AND "
                               "component = ?2 AND architecture = ?3",
                               place.suite, place.component, place.architecture, change.name));
  for (;;) {
    HALLMARK_TRY(const bool row, rows.step());
    if (!row) return kept;
    HALLMARK_TRY(const Sha256Digest deb, Sha256Digest::from_hex(rows.text(0)));
    const auto& removed = change.removed;
    if (std::find(removed.begin(), removed.end(), deb) == removed.end()) kept.push_back(deb);
  }
}

Status RepositoryState::set_contents_debs(const IndexPlace& place,
                                          const ContentsDifference& difference) {
  for (const Sha256Digest& deb : difference.removed) {
    HALLMARK_CHECK(
        database_.run("DELETE FROM contents_deb WHERE suite = ?1 AND component = ?2 AND "
                      "architecture = ?3 AND sha256 = ?4",
                      place.suite, place.component, place.architecture, deb.hex()));
    // Its paths were needed to take them out.
    HALLMARK_CHECK(database_.run(
        "DELETE FROM deb_paths WHERE sha256 = ?1 AND NOT EXISTS (SELECT 1 FROM pool_package WHERE "
        "sha256 = ?1) AND NOT EXISTS (SELECT 1 FROM contents_deb WHERE sha256 = ?1)",
        deb.hex()));
  }
  for (const ContentsDifference::PoolDeb& deb : difference.added) {
    HALLMARK_CHECK(
        database_.run("INSERT INTO contents_deb SELECT ?1, ?2, ?3, sha256, name FROM "
                      "deb_paths WHERE sha256 = ?4",
                      place.suite, place.component, place.architecture, deb.sha256.hex()));
  }
  return database_.run(
      "INSERT OR REPLACE INTO contents_up_to SELECT ?1, ?2, ?3, coalesce(max(number), 0) FROM "
      "member WHERE suite = ?1",
      place.suite, place.component, place.architecture);
}

Status RepositoryState::keep_contents(const std::string& suite,
                                      const std::vector<IndexPlace>& kept) {
  std::vector<IndexPlace> gone;
  {
    HALLMARK_TRY(Statement rows,
                 database_.query("SELECT component, architecture FROM contents_up_to WHERE "
                                 "suite = ?1 UNION SELECT component, architecture FROM "
                                 "contents_deb WHERE suite = ?1",
                                 suite));
    for (;;) {
      HALLMARK_TRY(const bool row, rows.step());
      if (!row) break;
      IndexPlace place{suite, rows.text(0), rows.text(1)};
      if (std::find(kept.begin(), kept.end(), place) == kept.end())
        gone.push_back(std::move(place));
    }
  }
  for (const IndexPlace& place : gone) {
    for (const char* table : {"contents_shard", "contents_deb", "contents_up_to"}) {
      HALLMARK_CHECK(database_.run(std::string("DELETE FROM ") + table +
                                       " WHERE suite = ?1 AND component = ?2 AND architecture = ?3",
                                   place.suite, place.component, place.architecture));
    }
  }
  return ok_status();
}

Status RepositoryState::each_contents_form(const IndexPlace& place, const FormVisitor& visit) {
  HALLMARK_TRY(Statement rows,
               database_.query("SELECT form FROM contents_shard WHERE suite = ?1 AND "
                               "component = ?2 AND architecture = ?3 ORDER BY begin",
                               place.suite, place.component, place.architecture));
  for (;;) {
    HALLMARK_TRY(const bool row, rows.step());
    if (!row) return ok_status();
    HALLMARK_CHECK(visit(rows.blob(0)));
  }
}

}  // namespace hallmark
