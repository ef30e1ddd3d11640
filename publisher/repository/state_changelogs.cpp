// The part of the repository's state about changelogs: which .deb brings which.
#include "publisher/repository/state.hpp"

namespace hallmark {

Result<std::optional<int64_t>> RepositoryState::changelogs_up_to(const std::string& suite) {
  HALLMARK_TRY(Statement row,
               database_.query("SELECT number FROM changelogs_up_to WHERE suite = ?1", suite));
  HALLMARK_TRY(const bool there, row.step());
  return there ? std::optional<int64_t>(row.integer(0)) : std::nullopt;
}

Status RepositoryState::set_changelogs_up_to(const std::string& suite,
                                             std::optional<int64_t> number) {
  if (!number) return database_.run("DELETE FROM changelogs_up_to WHERE suite = ?1", suite);
  return database_.run("INSERT OR REPLACE INTO changelogs_up_to VALUES (?1, ?2)", suite, *number);
}

Result<std::vector<ServedFile>> RepositoryState::debs_without_changelog(const std::string& suite) {
  HALLMARK_TRY(Statement rows,
               database_.query("SELECT path, size, sha256 FROM member JOIN pool_package USING "
                               "(path) WHERE suite = ?1 AND architecture <> 'source' "
                               "AND path NOT IN (SELECT deb FROM changelog) ORDER BY path",
                               suite));
  return read_served_files(std::move(rows));
}

Status RepositoryState::add_changelog(const ServedFile& deb,
                                      const std::optional<ServedFile>& changelog) {
  const ServedFile none{};
  const ServedFile& file = changelog ? *changelog : none;
  return database_.run("INSERT INTO changelog VALUES (?1, ?2, ?3, ?4, ?5)", deb.path,
                       deb.sha256.hex(), file.path, file.size, file.sha256.hex());
}

Result<std::vector<ServedFile>> RepositoryState::forget_changelogs() {
  constexpr const char* kUnwanted =
      "FROM changelog WHERE (deb, deb_sha256) NOT IN (SELECT path, sha256 FROM member "
      "JOIN changelogs_up_to USING (suite) JOIN pool_package USING (path))";
  HALLMARK_TRY(Statement rows, database_.query(std::string("SELECT path, size, sha256 ") +
                                               kUnwanted + " AND path <> ''"));
  HALLMARK_TRY(std::vector<ServedFile> gone, read_served_files(std::move(rows)));
  HALLMARK_CHECK(database_.run(std::string("DELETE ") + kUnwanted));
  return gone;
}

Status RepositoryState::forget_changelog(const Sha256Digest& sha256) {
  HALLMARK_CHECK(database_.run(
      "UPDATE changelogs_up_to SET number = -1 WHERE suite IN (SELECT suite FROM member "
      "JOIN changelog ON changelog.deb = member.path WHERE changelog.sha256 = ?1)",
      sha256.hex()));
  return database_.run("DELETE FROM changelog WHERE sha256 = ?1", sha256.hex());
}

Result<std::vector<ServedFile>> RepositoryState::changelogs() {
  HALLMARK_TRY(Statement rows, database_.query("SELECT path, size, sha256 FROM changelog "
                                               "WHERE path <> '' ORDER BY path, deb"));
  return read_served_files(std::move(rows));
}

Result<std::vector<ServedFile>> RepositoryState::released_changelogs() {
  HALLMARK_TRY(
      Statement rows,
      database_.query("SELECT changelog.path, size, sha256 FROM changelog WHERE path <> '' "
                      "AND deb IN (SELECT member.path FROM member JOIN release USING (suite) "
                      "WHERE number <= up_to) ORDER BY changelog.path, deb"));
  return read_served_files(std::move(rows));
}

}  // namespace hallmark
