// The part of the signing state about what an approval has let go below the policy's measure.
#include "signer/state.hpp"

namespace hallmark {

Result<bool> State::has_lowered_versions(const Sha256Digest& statement) const {
  return is_there("SELECT 1 FROM lowered_version WHERE statement = ?", {statement.hex()});
}

Status State::allow_lowered_version(const LoweredVersion& lowered, const Sha256Digest& statement,
                                    int64_t expires) const {
  return database_->execute("INSERT INTO lowered_version VALUES (?, ?, ?, ?, ?, ?, '')",
                            {statement.hex(), lowered.suite, lowered.package, lowered.version_now,
                             lowered.version_wanted, expires});
}

Result<bool> State::lowered_version_is_allowed(const LoweredVersion& lowered,
                                               const Sha256Digest& lock, int64_t now) const {
  return is_there(
      "SELECT 1 FROM lowered_version WHERE suite = ? AND package = ? AND version_now = ? AND "
      "version_wanted = ? AND expires > ? AND used_by IN ('', ?) LIMIT 1",
      {lowered.suite, lowered.package, lowered.version_now, lowered.version_wanted, now,
       lock.hex()});
}

Status State::use_lowered_version(const std::string& suite, const DerivedStanza& package,
                                  const Sha256Digest& lock) const {
  return database_->execute(
      "UPDATE lowered_version SET used_by = ? WHERE suite = ? AND package = ? AND "
      "version_wanted = ? AND used_by = ''",
      {lock.hex(), suite, package.package, package.version});
}

Result<bool> State::has_lowered_evidence(const Sha256Digest& statement) const {
  return is_there("SELECT 1 FROM lowered_evidence WHERE statement = ?", {statement.hex()});
}

Status State::allow_lowered_evidence(const LoweredEvidence& lowered,
                                     const Sha256Digest& statement) const {
  return database_->execute("INSERT INTO lowered_evidence VALUES (?, ?, ?, ?, ?, ?)",
                            {statement.hex(), lowered.product, lowered.suite,
                             evidence_name(lowered.evidence), lowered.owner, lowered.until});
}

Result<std::vector<LoweredEvidence>> State::lowered_evidence(int64_t now) const {
  std::vector<LoweredEvidence> out;
  HALLMARK_CHECK(database_->each(
      "SELECT product, suite, evidence, owner, until FROM lowered_evidence WHERE until > ? "
      "ORDER BY until, product, suite",
      {now}, [&](const SqlRow& row) -> Status {
        const std::optional<Evidence> evidence = evidence_from_name(row.text(2));
        if (!evidence) return failed("signing state", "has lowered evidence without a level");
        out.push_back({std::string(row.text(0)), std::string(row.text(1)), *evidence,
                       std::string(row.text(3)), row.integer(4)});
        return ok_status();
      }));
  return out;
}

}  // namespace hallmark
