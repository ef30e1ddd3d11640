// The part of the repository's state about what is signed of whole releases.
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

Status RepositoryState::set_attestation(const ReleaseAttestation& attestation) {
  return database_.run("INSERT OR REPLACE INTO attestation VALUES (?1, ?2, ?3, ?4)",
                       attestation.product, attestation.version, attestation.path,
                       attestation.text);
}

Result<std::vector<ReleaseAttestation>> RepositoryState::attestations() {
  HALLMARK_TRY(Statement rows,
               database_.query("SELECT product, version, path, text FROM attestation "
                               "ORDER BY product, version"));
  std::vector<ReleaseAttestation> out;
  for (;;) {
    HALLMARK_TRY(const bool row, rows.step());
    if (!row) return out;
    out.push_back({rows.text(0), rows.text(1), rows.text(2), rows.text(3)});
  }
}

Status RepositoryState::forget_release(const std::string& product, const std::string& version) {
  HALLMARK_TRY(Transaction both, Transaction::begin(database_));
  for (const char* sql : {"DELETE FROM checksums WHERE product = ?1 AND version = ?2",
                          "DELETE FROM attestation WHERE product = ?1 AND version = ?2"}) {
    HALLMARK_CHECK(database_.run(sql, product, version));
  }
  return both.commit();
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
