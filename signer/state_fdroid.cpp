// The part of the signing state about the F-Droid repository.
#include "signer/state.hpp"

namespace hallmark {
namespace {

// Of `application`: it, or a release that has the same bytes, was called back.
constexpr const char* kCalledBack =
    "EXISTS (SELECT 1 FROM artefact AS called JOIN build AS back ON called.build = back.id "
    "JOIN withdrawal ON withdrawal.product = back.product AND withdrawal.version = back.version "
    "AND withdrawal.suite IN ('*', back.suite) WHERE called.sha256 = application.sha256)";

constexpr const char* kServedArtefact =
    "JOIN artefact ON artefact.sha256 = application.sha256 AND artefact.kind = 'apk' "
    "AND artefact.path <> '' ";

Result<ListedApk> read_listed_apk(const SqlRow& row) {
  ListedApk apk;
  apk.application = row.text(0);
  apk.path = row.text(1);
  HALLMARK_TRY(apk.facts.unsigned_sha256, Sha256Digest::from_hex(row.text(2)));
  HALLMARK_TRY(apk.facts.sha256, Sha256Digest::from_hex(row.text(3)));
  apk.facts.size = row.integer(4);
  apk.added = row.integer(5);
  apk.facts.manifest = row.text(6);
  return apk;
}

}  // namespace

Status State::add_apk_facts(const ApkFacts& facts) const {
  return database_->execute(
      "INSERT OR IGNORE INTO apk_facts VALUES (?, ?, ?, ?)",
      {facts.sha256.hex(), facts.size, facts.unsigned_sha256.hex(), facts.manifest});
}

Result<std::vector<ListedApk>> State::listed_apks() const {
  std::vector<ListedApk> out;
  const std::string sql =
      std::string(
          "SELECT application.application, min(artefact.path), application.sha256, "
          "apk_facts.sha256, apk_facts.size, application.accepted_at, apk_facts.manifest "
          "FROM apk_facts JOIN application ON application.sha256 = apk_facts.unsigned_sha256 ") +
      kServedArtefact +
      // What this terminal signed itself goes before what another one says.
      "LEFT JOIN signed_apk ON signed_apk.unsigned_sha256 = application.sha256 "
      "WHERE (signed_apk.sha256 IS NULL OR signed_apk.sha256 = apk_facts.sha256) AND NOT " +
      kCalledBack +
      " GROUP BY application.sha256 ORDER BY application.application, version_code, path";
  HALLMARK_CHECK(database_->each(sql.c_str(), {}, [&](const SqlRow& row) -> Status {
    HALLMARK_TRY(ListedApk apk, read_listed_apk(row));
    out.push_back(std::move(apk));
    return ok_status();
  }));
  return out;
}

Result<std::vector<UnseenApk>> State::unseen_apks() const {
  std::vector<UnseenApk> out;
  const std::string sql =
      std::string(
          "SELECT sibling_apk.terminal, artefact.path FROM sibling_apk "
          "JOIN application ON application.sha256 = sibling_apk.unsigned_sha256 ") +
      kServedArtefact +
      "WHERE NOT EXISTS (SELECT 1 FROM apk_facts WHERE unsigned_sha256 = application.sha256) "
      "AND NOT " +
      kCalledBack + " ORDER BY artefact.path";
  HALLMARK_CHECK(database_->each(sql.c_str(), {}, [&](const SqlRow& row) {
    out.push_back({std::string(row.text(0)), std::string(row.text(1))});
    return ok_status();
  }));
  return out;
}

Result<std::optional<SignedFdroidIndex>> State::newest_fdroid_index() const {
  std::optional<SignedFdroidIndex> found;
  HALLMARK_CHECK(
      database_->each("SELECT timestamp, sha256, entry, jar, certificate FROM fdroid_index ORDER "
                      "BY id DESC LIMIT 1",
                      {}, [&](const SqlRow& row) -> Status {
                        SignedFdroidIndex& index = found.emplace();
                        index.timestamp = row.integer(0);
                        HALLMARK_TRY(index.sha256, Sha256Digest::from_hex(row.text(1)));
                        index.entry = row.text(2);
                        index.jar = row.text(3);
                        HALLMARK_TRY(index.certificate, Sha256Digest::from_hex(row.text(4)));
                        return ok_status();
                      }));
  return found;
}

Status State::add_fdroid_index(const SignedFdroidIndex& index) const {
  return database_->execute(
      "INSERT INTO fdroid_index(timestamp, sha256, entry, jar, certificate) VALUES (?, ?, ?, ?, ?)",
      {index.timestamp, index.sha256.hex(), index.entry, index.jar, index.certificate.hex()});
}

}  // namespace hallmark
