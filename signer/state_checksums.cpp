// The part of the signing state about what is signed of whole releases: checksums, attestations.
#include <sstream>

#include "signer/state.hpp"

namespace hallmark {
namespace {

std::string joined(const std::vector<std::string>& keys) {
  std::string out;
  for (const std::string& key : keys) out += (out.empty() ? "" : " ") + key;
  return out;
}

std::vector<std::string> split(const std::string& keys) {
  std::vector<std::string> out;
  std::istringstream words(keys);
  for (std::string word; words >> word;) out.push_back(word);
  return out;
}

}  // namespace

Result<std::optional<SignedChecksums>> State::checksums(const NamedRelease& release) const {
  std::optional<SignedChecksums> found;
  HALLMARK_CHECK(database_->each(
      "SELECT sums, openpgp, sshsig, keys FROM checksums WHERE product = ? AND version = ?",
      {release.product, release.version}, [&](const SqlRow& row) {
        found = SignedChecksums{release.product,          release.version,
                                std::string(row.text(0)), std::string(row.text(1)),
                                std::string(row.text(2)), split(std::string(row.text(3)))};
        return ok_status();
      }));
  return found;
}

Status State::set_checksums(const SignedChecksums& checksums) const {
  return database_->execute("INSERT OR REPLACE INTO checksums VALUES (?, ?, ?, ?, ?, ?)",
                            {checksums.product, checksums.version, checksums.sums,
                             checksums.openpgp, checksums.sshsig, joined(checksums.keys)});
}

Result<std::optional<SignedProvenance>> State::provenance(const NamedRelease& release) const {
  std::optional<SignedProvenance> found;
  HALLMARK_CHECK(database_->each(
      "SELECT statements, file, key FROM provenance WHERE product = ? AND version = ?",
      {release.product, release.version}, [&](const SqlRow& row) {
        found = SignedProvenance{release.product, release.version, std::string(row.text(0)),
                                 std::string(row.text(1)), std::string(row.text(2))};
        return ok_status();
      }));
  return found;
}

Status State::set_provenance(const SignedProvenance& provenance) const {
  return database_->execute("INSERT OR REPLACE INTO provenance VALUES (?, ?, ?, ?, ?)",
                            {provenance.product, provenance.version, provenance.statements,
                             provenance.file, provenance.key});
}

Result<std::vector<KnownChecksums>> State::known_checksums(const NamedRelease& release) const {
  std::vector<KnownChecksums> out;
  HALLMARK_CHECK(
      database_->each("SELECT terminal, file, size, sha256, keys, time FROM known_checksums "
                      "WHERE product = ? AND version = ? ORDER BY terminal, file",
                      {release.product, release.version}, [&](const SqlRow& row) -> Status {
                        KnownChecksums known;
                        known.product = release.product;
                        known.version = release.version;
                        known.terminal = row.text(0);
                        known.name = row.text(1);
                        known.file.size = row.integer(2);
                        HALLMARK_TRY(known.file.sha256, Sha256Digest::from_hex(row.text(3)));
                        known.keys = split(std::string(row.text(4)));
                        known.time = row.integer(5);
                        out.push_back(std::move(known));
                        return ok_status();
                      }));
  return out;
}

Status State::set_known_checksums(const KnownChecksums& known) const {
  return database_->execute(
      "INSERT OR REPLACE INTO known_checksums VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      {known.product, known.version, known.terminal, known.name, known.file.size,
       known.file.sha256.hex(), joined(known.keys), known.time});
}

Result<std::vector<NamedRelease>> State::releases_with_checksums(const NamedRelease& after,
                                                                 int64_t limit) const {
  std::vector<NamedRelease> out;
  HALLMARK_CHECK(
      database_->each("SELECT DISTINCT product, version FROM known_checksums "
                      "WHERE (product, version) > (?, ?) ORDER BY product, version LIMIT ?",
                      {after.product, after.version, limit}, [&](const SqlRow& row) {
                        out.push_back({std::string(row.text(0)), std::string(row.text(1))});
                        return ok_status();
                      }));
  return out;
}

Result<std::optional<DebName>> State::deb_name(const std::string& suite,
                                               const Sha256Digest& sha256) const {
  std::optional<DebName> found;
  HALLMARK_CHECK(database_->each(
      "SELECT package, version, package_architecture FROM stanza WHERE sha256 = ?1 AND suite = ?2 "
      "UNION SELECT package, version, package_architecture FROM former_stanza "
      "WHERE sha256 = ?1 AND suite = ?2 LIMIT 1",
      {sha256.hex(), suite}, [&](const SqlRow& row) {
        found =
            DebName{std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2))};
        return ok_status();
      }));
  return found;
}

Result<bool> State::bytes_are_called_back_from(const std::string& suite,
                                               const Sha256Digest& sha256) const {
  return is_there(
      "SELECT 1 FROM artefact JOIN build ON artefact.build = build.id JOIN withdrawal "
      "ON withdrawal.product = build.product AND withdrawal.version = build.version "
      "WHERE artefact.sha256 = ?1 AND (withdrawal.suite = '*' "
      "OR (withdrawal.suite = ?2 AND build.suite = ?2)) LIMIT 1",
      {sha256.hex(), suite});
}

}  // namespace hallmark
