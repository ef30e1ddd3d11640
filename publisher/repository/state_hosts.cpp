// The part of the repository's state about what package hosts have.
#include "publisher/repository/state.hpp"

namespace hallmark {

Result<std::vector<RepositoryState::HostFile>> RepositoryState::host_files(
    const std::string& host) {
  HALLMARK_TRY(Statement rows, database_.query("SELECT path, size, sha256, checked, unnamed_since, "
                                               "unnamed_by FROM host_file "
                                               "WHERE host = ?1 ORDER BY path",
                                               host));
  std::vector<HostFile> out;
  for (;;) {
    HALLMARK_TRY(const bool row, rows.step());
    if (!row) return out;
    HALLMARK_TRY(const Sha256Digest sha256, Sha256Digest::from_hex(rows.text_view(2)));
    out.push_back({{rows.text(0), static_cast<uint64_t>(rows.integer(1)), sha256},
                   rows.integer(3) != 0,
                   rows.integer(4),
                   rows.integer(5)});
  }
}

Status RepositoryState::set_host_file(const std::string& host, const ServedFile& file) {
  return database_.run(
      "INSERT INTO host_file (host, path, size, sha256, checked) VALUES (?1, ?2, ?3, ?4, 0) "
      "ON CONFLICT (host, path) DO UPDATE SET size = ?3, sha256 = ?4, checked = 0, "
      "unnamed_since = 0, unnamed_by = 0",
      host, file.path, file.size, file.sha256.hex());
}

Status RepositoryState::set_checked(const std::string& host, const ServedFile& file) {
  return database_.run(
      "UPDATE host_file SET checked = 1 WHERE host = ?1 AND path = ?2 AND sha256 = ?3", host,
      file.path, file.sha256.hex());
}

Status RepositoryState::forget_host_file(const std::string& host, const std::string& path) {
  return database_.run("DELETE FROM host_file WHERE host = ?1 AND path = ?2", host, path);
}

}  // namespace hallmark
