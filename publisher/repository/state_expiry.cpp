// The part of the repository's state about what nothing names any longer.
#include "publisher/repository/state.hpp"

namespace hallmark {
namespace {

Result<std::vector<std::string>> texts_of(Statement rows) {
  std::vector<std::string> out;
  for (;;) {
    HALLMARK_TRY(const bool row, rows.step());
    if (!row) return out;
    out.push_back(rows.text(0));
  }
}

}  // namespace

Status RepositoryState::set_named(const std::string& host, const std::string& path) {
  return database_.run(
      "UPDATE host_file SET unnamed_since = 0, unnamed_by = 0 WHERE host = ?1 AND path = ?2", host,
      path);
}

Status RepositoryState::set_unnamed(const std::string& host, const std::string& path, int64_t since,
                                    int64_t publish) {
  return database_.run(
      "UPDATE host_file SET unnamed_since = ?3, unnamed_by = ?4 WHERE host = ?1 AND path = ?2",
      host, path, since, publish);
}

Result<std::vector<RepositoryState::Generation>> RepositoryState::generations(
    const std::string& host) {
  HALLMARK_TRY(Statement rows,
               database_.query("SELECT suite, publish, indices FROM host_generation "
                               "WHERE host = ?1 ORDER BY publish DESC, suite",
                               host));
  std::vector<Generation> out;
  for (;;) {
    HALLMARK_TRY(const bool row, rows.step());
    if (!row) return out;
    out.push_back({rows.text(0), rows.integer(1), rows.text(2)});
  }
}

Status RepositoryState::add_generation(const std::string& host, const Generation& generation) {
  return database_.run("INSERT INTO host_generation VALUES (?1, ?2, ?3, ?4)", host,
                       generation.suite, generation.publish, generation.indices);
}

Status RepositoryState::forget_generations_before(const std::string& host,
                                                  const Generation& oldest) {
  return database_.run(
      "DELETE FROM host_generation WHERE host = ?1 AND suite = ?2 AND publish < ?3", host,
      oldest.suite, oldest.publish);
}

Result<std::vector<std::string>> RepositoryState::former_suites(const std::string& pool_path) {
  HALLMARK_TRY(Statement rows,
               database_.query("SELECT DISTINCT suite FROM former_member WHERE path = ?1 OR path "
                               "IN (SELECT dsc FROM source_file WHERE source_file.path = ?1)",
                               pool_path));
  return texts_of(std::move(rows));
}

Result<std::vector<std::string>> RepositoryState::member_paths() {
  HALLMARK_TRY(Statement rows,
               database_.query("SELECT path FROM member UNION SELECT source_file.path "
                               "FROM source_file JOIN member ON member.path = source_file.dsc"));
  return texts_of(std::move(rows));
}

Result<std::vector<ServedFile>> RepositoryState::stored_files() {
  HALLMARK_TRY(Statement rows, database_.query("SELECT path, size, sha256 FROM pool_package "
                                               "UNION SELECT path, size, sha256 FROM source_file "
                                               "UNION SELECT path, size, sha256 FROM apk"));
  return read_served_files(std::move(rows));
}

Result<std::vector<ServedFile>> RepositoryState::all_composed_indices() {
  HALLMARK_TRY(Statement rows, database_.query("SELECT path, size, sha256 FROM composed_index"));
  return read_served_files(std::move(rows));
}

Result<std::vector<std::string>> RepositoryState::paths_on_hosts() {
  HALLMARK_TRY(Statement rows, database_.query("SELECT DISTINCT path FROM host_file"));
  return texts_of(std::move(rows));
}

Status RepositoryState::forget_unused_packages() {
  HALLMARK_CHECK(
      database_.run("DELETE FROM pool_package WHERE path NOT IN (SELECT path FROM member) "
                    "AND path NOT IN (SELECT path FROM host_file) "
                    "AND path NOT IN (SELECT dsc FROM source_file JOIN host_file USING (path))"));
  // What compose does not see to: suites that policy has no longer.
  for (const char* table : {"contents_shard", "contents_deb", "contents_up_to"}) {
    HALLMARK_CHECK(database_.run(std::string("DELETE FROM ") + table +
                                 " WHERE suite NOT IN (SELECT suite FROM member)"));
  }
  HALLMARK_CHECK(
      database_.run("DELETE FROM deb_paths WHERE sha256 NOT IN (SELECT sha256 FROM pool_package) "
                    "AND sha256 NOT IN (SELECT sha256 FROM contents_deb)"));
  return database_.run(
      "DELETE FROM former_member WHERE path NOT IN (SELECT path FROM pool_package)");
}

Result<std::vector<std::string>> RepositoryState::hosts() {
  HALLMARK_TRY(
      Statement rows,
      database_.query("SELECT host FROM host_file UNION SELECT host FROM host_generation"));
  return texts_of(std::move(rows));
}

Status RepositoryState::forget_host(const std::string& host) {
  HALLMARK_CHECK(database_.run("DELETE FROM host_file WHERE host = ?1", host));
  return database_.run("DELETE FROM host_generation WHERE host = ?1", host);
}

}  // namespace hallmark
