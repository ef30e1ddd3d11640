// The part of the signing state about what rebuilders said, and what was overruled of it.
#include "signer/state.hpp"

namespace hallmark {
namespace {

Status read_attestation_row(const SqlRow& row, KeptAttestation& kept) {
  HALLMARK_TRY(kept.statement, Sha256Digest::from_hex(row.text(1)));
  kept.key = row.text(2);
  kept.owner = row.text(3);
  kept.product = row.text(4);
  kept.version = row.text(5);
  HALLMARK_TRY(kept.lock, Sha256Digest::from_hex(row.text(6)));
  kept.target = {std::string(row.text(7)), std::string(row.text(8)), std::string(row.text(9)),
                 std::string(row.text(10))};
  kept.finished_at = row.integer(11);
  return ok_status();
}

Status read_artefact_row(const SqlRow& row, KeptAttestation& kept) {
  HALLMARK_TRY(const Sha256Digest sha256, Sha256Digest::from_hex(row.text(2)));
  kept.artefacts.push_back(
      {std::string(row.text(0)), static_cast<uint64_t>(row.integer(1)), sha256});
  return ok_status();
}

}  // namespace

Result<std::vector<KeptAttestation>> State::read_attestations(
    const std::string& where, const std::vector<SqlValue>& values) const {
  std::vector<KeptAttestation> out;
  std::vector<int64_t> ids;
  const std::string sql =
      "SELECT id, statement, key, owner, product, version, lock, suite, component, architecture, "
      "environment, finished_at FROM attestation WHERE " +
      where + " ORDER BY id";
  HALLMARK_CHECK(database_->each(sql.c_str(), values, [&](const SqlRow& row) -> Status {
    ids.push_back(row.integer(0));
    return read_attestation_row(row, out.emplace_back());
  }));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    HALLMARK_CHECK(database_->each(
        "SELECT name, size, sha256 FROM attested_artefact WHERE attestation = ? ORDER BY position",
        {ids[i]}, [&](const SqlRow& row) { return read_artefact_row(row, out[i]); }));
  }
  return out;
}

Result<std::vector<KeptAttestation>> State::attestations(const Sha256Digest& lock,
                                                         const Target& target) const {
  return read_attestations(
      "lock = ? AND suite = ? AND component = ? AND architecture = ? AND environment = ?",
      {lock.hex(), target.suite, target.component, target.architecture, target.environment});
}

Result<std::vector<KeptAttestation>> State::attestations_of(const std::string& product,
                                                            const std::string& version) const {
  return read_attestations("product = ? AND version = ?", {product, version});
}

Result<bool> State::has_attestation(const KeptAttestation& attestation) const {
  return is_there("SELECT 1 FROM attestation WHERE statement = ? AND key = ?",
                  {attestation.statement.hex(), attestation.key});
}

Status State::add_attestation(const KeptAttestation& attestation) const {
  const Target& target = attestation.target;
  HALLMARK_CHECK(database_->execute(
      "INSERT INTO attestation(statement, key, owner, product, version, lock, suite, component, "
      "architecture, environment, finished_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {attestation.statement.hex(), attestation.key, attestation.owner, attestation.product,
       attestation.version, attestation.lock.hex(), target.suite, target.component,
       target.architecture, target.environment, attestation.finished_at}));
  HALLMARK_TRY(const int64_t id, last_row());
  int64_t position = 0;
  for (const BuiltArtefact& artefact : attestation.artefacts) {
    HALLMARK_CHECK(
        database_->execute("INSERT INTO attested_artefact VALUES (?, ?, ?, ?, ?)",
                           {id, position++, artefact.name, static_cast<int64_t>(artefact.size),
                            artefact.sha256.hex()}));
  }
  return ok_status();
}

Result<bool> State::has_overruled(const Sha256Digest& statement) const {
  return is_there("SELECT 1 FROM overruled_attestation WHERE statement = ?", {statement.hex()});
}

Status State::overrule(const Saying& saying, const Sha256Digest& outcome,
                       const Sha256Digest& statement) const {
  return database_->execute(
      "INSERT INTO overruled_attestation VALUES (?, ?, ?, ?)",
      {statement.hex(), saying.attestation.hex(), saying.owner, outcome.hex()});
}

Result<bool> State::is_overruled(const Saying& saying) const {
  return is_there("SELECT 1 FROM overruled_attestation WHERE attestation = ? AND owner = ?",
                  {saying.attestation.hex(), saying.owner});
}

Result<bool> State::is_overruled_for(const Saying& saying, const Sha256Digest& outcome) const {
  return is_there(
      "SELECT 1 FROM overruled_attestation WHERE attestation = ? AND owner = ? AND outcome = ?",
      {saying.attestation.hex(), saying.owner, outcome.hex()});
}

}  // namespace hallmark
