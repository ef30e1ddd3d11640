// The part of the signing state about texts that the log names, and about what any terminal signed.
#include "core/digest.hpp"
#include "signer/state.hpp"

namespace hallmark {

Status State::keep_text(const std::string& text) const {
  return database_->execute("INSERT OR IGNORE INTO kept_text VALUES (?, ?)",
                            {sha256(text).hex(), text});
}

Status State::each_kept_text(const VisitText& visit) const {
  return database_->each(
      "SELECT sha256, text FROM kept_text ORDER BY sha256", {},
      [&](const SqlRow& row) { return visit(std::string(row.text(0)), row.text(1)); });
}

Status State::add_sibling_apk(const SiblingApk& apk) const {
  const SignedApk& facts = apk.apk;
  HALLMARK_CHECK(database_->execute(
      "INSERT OR IGNORE INTO sibling_apk(unsigned_sha256, terminal, sha256, size) "
      "VALUES (?, ?, ?, ?)",
      {facts.unsigned_sha256.hex(), apk.terminal, facts.apk.sha256.hex(), facts.apk.size}));
  if (!facts.idsig) return ok_status();
  return database_->execute(
      "UPDATE sibling_apk SET idsig_sha256 = ?, idsig_size = ? WHERE unsigned_sha256 = ? AND "
      "terminal = ? AND sha256 = ? AND idsig_sha256 IS NULL",
      {facts.idsig->sha256.hex(), facts.idsig->size, facts.unsigned_sha256.hex(), apk.terminal,
       facts.apk.sha256.hex()});
}

Result<std::vector<SiblingApk>> State::sibling_apks(const Sha256Digest& unsigned_sha256) const {
  std::vector<SiblingApk> out;
  HALLMARK_CHECK(
      database_->each("SELECT sha256, size, idsig_sha256, idsig_size, terminal FROM sibling_apk "
                      "WHERE unsigned_sha256 = ? ORDER BY terminal",
                      {unsigned_sha256.hex()}, [&](const SqlRow& row) -> Status {
                        HALLMARK_TRY(SignedApk apk, read_signed_apk(row, unsigned_sha256));
                        out.push_back({std::string(row.text(4)), std::move(apk)});
                        return ok_status();
                      }));
  return out;
}

Status State::add_known_release(const KnownRelease& release) const {
  return database_->execute(
      "INSERT INTO known_release(terminal, suite, file, sha256, date) VALUES (?, ?, ?, ?, ?)",
      {release.terminal, release.suite, release.file, release.sha256.hex(), release.date});
}

Result<bool> State::release_is_known(const std::string& suite, const std::string& file,
                                     const Sha256Digest& sha256) const {
  return is_there("SELECT 1 FROM known_release WHERE sha256 = ? AND suite = ? AND file = ? LIMIT 1",
                  {sha256.hex(), suite, file});
}

Result<std::vector<KnownRelease>> State::last_releases(const std::string& suite,
                                                       const std::string& file) const {
  std::vector<KnownRelease> out;
  HALLMARK_CHECK(database_->each(
      "SELECT terminal, sha256, date FROM known_release WHERE id IN (SELECT max(id) FROM "
      "known_release WHERE suite = ? AND file = ? GROUP BY terminal) ORDER BY terminal",
      {suite, file}, [&](const SqlRow& row) -> Status {
        KnownRelease release{std::string(row.text(0)), suite, file, {}, row.integer(2)};
        HALLMARK_TRY(release.sha256, Sha256Digest::from_hex(row.text(1)));
        out.push_back(std::move(release));
        return ok_status();
      }));
  return out;
}

}  // namespace hallmark
