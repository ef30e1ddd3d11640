// The part of the repository's state about source packages: what files a .dsc brings along.
#include "publisher/repository/state.hpp"

namespace hallmark {

Status RepositoryState::add_source_files(const PoolPackage& source) {
  for (const ServedFile& file : source.source_files) {
    HALLMARK_CHECK(database_.run("INSERT INTO source_file VALUES (?1, ?2, ?3, ?4)",
                                 source.file.path, file.path, file.size, file.sha256.hex()));
  }
  return ok_status();
}

Result<std::optional<ServedFile>> RepositoryState::source_file(const std::string& path) {
  HALLMARK_TRY(
      Statement rows,
      database_.query("SELECT path, size, sha256 FROM source_file WHERE path = ?1 LIMIT 1", path));
  HALLMARK_TRY(const std::vector<ServedFile> files, read_served_files(std::move(rows)));
  return files.empty() ? std::optional<ServedFile>() : files.front();
}

Result<std::vector<ServedFile>> RepositoryState::source_files(const std::string& dsc_path) {
  HALLMARK_TRY(Statement rows,
               database_.query("SELECT path, size, sha256 FROM source_file WHERE dsc = ?1 "
                               "ORDER BY path",
                               dsc_path));
  return read_served_files(std::move(rows));
}

Result<bool> RepositoryState::has_sources(const std::string& suite, const std::string& component) {
  HALLMARK_TRY(Statement row,
               database_.query("SELECT 1 FROM pool_package INDEXED BY pool_package_of_source "
                               "CROSS JOIN member ON member.suite = ?1 "
                               "AND member.path = pool_package.path "
                               "WHERE architecture = 'source' AND component = ?2 LIMIT 1",
                               suite, component));
  return row.step();
}

}  // namespace hallmark
