// The part of the repository's state about the checksums of whole releases.
#include "publisher/repository/state.hpp"

namespace hallmark {
namespace {

ReleaseChecksums read_row(const Statement& row) {
  return {row.text(0), row.text(1), row.text(2), row.text(3), row.text(4)};
}

}  // namespace

Status RepositoryState::set_checksums(const ReleaseChecksums& checksums) {
  return database_.run("INSERT OR REPLACE INTO checksums VALUES (?1, ?2, ?3, ?4, ?5)",
                       checksums.product, checksums.version, checksums.sums, checksums.openpgp,
                       checksums.sshsig);
}

Status RepositoryState::forget_checksums(const std::string& product, const std::string& version) {
  return database_.run("DELETE FROM checksums WHERE product = ?1 AND version = ?2", product,
                       version);
}

Result<std::optional<ReleaseChecksums>> RepositoryState::checksums_of(const std::string& product,
                                                                      const std::string& version) {
  HALLMARK_TRY(Statement rows,
               database_.query("SELECT product, version, sums, openpgp, sshsig FROM checksums "
                               "WHERE product = ?1 AND version = ?2",
                               product, version));
  HALLMARK_TRY(const bool row, rows.step());
  return row ? std::optional<ReleaseChecksums>(read_row(rows)) : std::nullopt;
}

Result<std::vector<ReleaseChecksums>> RepositoryState::checksums() {
  HALLMARK_TRY(Statement rows,
               database_.query("SELECT product, version, sums, openpgp, sshsig FROM checksums "
                               "ORDER BY product, version"));
  std::vector<ReleaseChecksums> out;
  for (;;) {
    HALLMARK_TRY(const bool row, rows.step());
    if (!row) return out;
    out.push_back(read_row(rows));
  }
}

}  // namespace hallmark
