// The part of the repository's state that saves compressing what has not changed.
#include <set>

#include "publisher/repository/state.hpp"

namespace hallmark {

Result<std::optional<CompressedShard>> RepositoryState::shard(const IndexPlace& place,
                                                              const Sha256Digest& sha256) {
  HALLMARK_TRY(Statement rows,
               database_.query("SELECT gz, xz, xz_unpadded_size FROM shard WHERE suite = ?1 AND "
                               "component = ?2 AND architecture = ?3 AND sha256 = ?4",
                               place.suite, place.component, place.architecture, sha256.hex()));
  HALLMARK_TRY(const bool found, rows.step());
  if (!found) return std::optional<CompressedShard>();
  return std::optional<CompressedShard>(
      CompressedShard{rows.blob(0), rows.blob(1), static_cast<uint64_t>(rows.integer(2))});
}

Status RepositoryState::add_shard(const IndexPlace& place, const Sha256Digest& sha256,
                                  const CompressedShard& shard) {
  return database_.run("INSERT OR REPLACE INTO shard VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                       place.suite, place.component, place.architecture, sha256.hex(),
                       SqlBlob{shard.gz}, SqlBlob{shard.xz}, shard.xz_unpadded_size);
}

Status RepositoryState::keep_shards(const IndexPlace& place, const std::vector<IndexShard>& kept) {
  std::set<std::string> gone;
  {
    HALLMARK_TRY(Statement rows, database_.query("SELECT sha256 FROM shard WHERE suite = ?1 AND "
                                                 "component = ?2 AND architecture = ?3",
                                                 place.suite, place.component, place.architecture));
    for (;;) {
      HALLMARK_TRY(const bool row, rows.step());
      if (!row) break;
      gone.insert(rows.text(0));
    }
  }
  for (const IndexShard& shard : kept) gone.erase(shard.sha256.hex());
  for (const std::string& sha256 : gone) {
    HALLMARK_CHECK(database_.run(
        "DELETE FROM shard WHERE suite = ?1 AND component = ?2 AND architecture = ?3 AND "
        "sha256 = ?4",
        place.suite, place.component, place.architecture, sha256));
  }
  return ok_status();
}

}  // namespace hallmark
