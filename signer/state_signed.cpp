// The part of the signing state about applications, and about what was signed.
#include "signer/state.hpp"

namespace hallmark {
namespace {

Status read_application(const SqlRow& row, std::optional<AcceptedApplication>& out) {
  AcceptedApplication application;
  HALLMARK_TRY(application.sha256, Sha256Digest::from_hex(row.text(0)));
  application.lane = {std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3))};
  application.version_code = row.integer(4);
  application.key = row.text(5);
  out = std::move(application);
  return ok_status();
}

// It, or a release that has the same bytes.
constexpr const char* kWithdrawn =
    "EXISTS (SELECT 1 FROM artefact AS called JOIN build AS back ON called.build = back.id "
    "JOIN withdrawal ON withdrawal.product = back.product AND withdrawal.version = back.version "
    "AND withdrawal.suite IN ('*', back.suite) WHERE called.sha256 = application.sha256)";

std::string newest_first() {
  return std::string("ORDER BY version_code DESC, ") + kWithdrawn + ", application.rowid LIMIT 1";
}

}  // namespace

std::string describe(const AppLane& lane) {
  std::string details = lane.flavour.empty() ? "" : "flavour " + lane.flavour;
  if (lane.abis != "any") details += (details.empty() ? "" : ", ") + lane.abis;
  return lane.application + (details.empty() ? "" : " (" + details + ")");
}

Status State::add_application(const AcceptedApplication& application, int64_t now) const {
  const AppLane& lane = application.lane;
  return database_->execute("INSERT INTO application VALUES (?, ?, ?, ?, ?, ?, ?)",
                            {application.sha256.hex(), lane.application, lane.flavour, lane.abis,
                             application.version_code, application.key, now});
}

Result<std::optional<AcceptedApplication>> State::application(const Sha256Digest& sha256) const {
  std::optional<AcceptedApplication> found;
  HALLMARK_CHECK(database_->each(
      "SELECT sha256, application, flavour, abis, version_code, key FROM application "
      "WHERE sha256 = ?",
      {sha256.hex()}, [&](const SqlRow& row) { return read_application(row, found); }));
  return found;
}

Result<std::optional<AcceptedApplication>> State::newest_application(const AppLane& lane,
                                                                     int64_t time) const {
  std::optional<AcceptedApplication> found;
  const std::string sql =
      std::string(
          "SELECT sha256, application, flavour, abis, version_code, key FROM application "
          "WHERE application = ? AND flavour = ? AND abis = ? AND accepted_at <= ? ") +
      newest_first();
  HALLMARK_CHECK(database_->each(sql.c_str(), {lane.application, lane.flavour, lane.abis, time},
                                 [&](const SqlRow& row) { return read_application(row, found); }));
  return found;
}

Result<std::optional<AcceptedApplication>> State::newest_of_output(const ProductOutput& output,
                                                                   int64_t time) const {
  const Target& target = output.target;
  std::optional<AcceptedApplication> found;
  const std::string sql =
      std::string(
          "SELECT application.sha256, application, flavour, abis, version_code, key "
          "FROM application JOIN artefact ON artefact.sha256 = application.sha256 "
          "JOIN build ON build.id = artefact.build "
          "WHERE application = ? AND flavour = ? AND name = ? AND product = ? AND suite = ? AND "
          "component = ? AND architecture = ? AND environment = ? AND build.accepted_at <= ? ") +
      newest_first();
  HALLMARK_CHECK(database_->each(
      sql.c_str(),
      {output.lane.application, output.lane.flavour, output.name, output.product, target.suite,
       target.component, target.architecture, target.environment, time},
      [&](const SqlRow& row) { return read_application(row, found); }));
  return found;
}

Result<bool> State::has_other_application(const AcceptedApplication& application) const {
  const AppLane& lane = application.lane;
  const std::string sql =
      std::string(
          "SELECT 1 FROM application WHERE application = ? AND flavour = ? AND abis = ? "
          "AND version_code = ? AND sha256 <> ? AND NOT ") +
      kWithdrawn;
  return is_there(sql.c_str(), {lane.application, lane.flavour, lane.abis, application.version_code,
                                application.sha256.hex()});
}

Result<std::vector<ApkPlace>> State::apk_places(int64_t after, int64_t limit) const {
  std::vector<ApkPlace> out;
  HALLMARK_CHECK(database_->each(
      "SELECT rowid, sha256, path FROM artefact WHERE kind = 'apk' AND path <> '' AND rowid > ? "
      "ORDER BY rowid LIMIT ?",
      {after, limit}, [&](const SqlRow& row) -> Status {
        ApkPlace place{row.integer(0), {}, std::string(row.text(2))};
        HALLMARK_TRY(place.unsigned_sha256, Sha256Digest::from_hex(row.text(1)));
        out.push_back(std::move(place));
        return ok_status();
      }));
  return out;
}

Result<SignedApk> read_signed_apk(const SqlRow& row, const Sha256Digest& unsigned_sha256) {
  SignedApk out{unsigned_sha256, {{}, row.integer(1)}, std::nullopt};
  HALLMARK_TRY(out.apk.sha256, Sha256Digest::from_hex(row.text(0)));
  if (row.text(2).empty()) return out;
  SignedFile& idsig = out.idsig.emplace();
  idsig.size = row.integer(3);
  HALLMARK_TRY(idsig.sha256, Sha256Digest::from_hex(row.text(2)));
  return out;
}

Result<std::optional<SignedApk>> State::signed_apk(const Sha256Digest& unsigned_sha256) const {
  std::optional<SignedApk> found;
  HALLMARK_CHECK(database_->each(
      "SELECT sha256, size, idsig_sha256, idsig_size FROM signed_apk WHERE unsigned_sha256 = ?",
      {unsigned_sha256.hex()}, [&](const SqlRow& row) -> Status {
        HALLMARK_TRY(found, read_signed_apk(row, unsigned_sha256));
        return ok_status();
      }));
  return found;
}

Status State::add_signed_apk(const SignedApk& apk, int64_t now) const {
  HALLMARK_CHECK(database_->execute(
      "INSERT INTO signed_apk(unsigned_sha256, sha256, size, signed_at) VALUES (?, ?, ?, ?)",
      {apk.unsigned_sha256.hex(), apk.apk.sha256.hex(), apk.apk.size, now}));
  if (!apk.idsig) return ok_status();
  return database_->execute(
      "UPDATE signed_apk SET idsig_sha256 = ?, idsig_size = ? WHERE unsigned_sha256 = ?",
      {apk.idsig->sha256.hex(), apk.idsig->size, apk.unsigned_sha256.hex()});
}

Result<std::optional<std::string>> State::lineage(const std::string& key) const {
  std::optional<std::string> file;
  HALLMARK_CHECK(
      database_->each("SELECT file FROM lineage WHERE key = ?", {key}, [&](const SqlRow& row) {
        file = row.text(0);
        return ok_status();
      }));
  return file;
}

Status State::add_lineage(const std::string& key, const std::string& file, int64_t now) const {
  return database_->execute("INSERT INTO lineage VALUES (?, ?, ?)", {key, file, now});
}

Result<std::optional<SignedRelease>> State::newest_release(const std::string& suite) const {
  std::optional<SignedRelease> found;
  HALLMARK_CHECK(database_->each(
      "SELECT date, valid_until, indices, release, release_gpg, inrelease FROM release "
      "WHERE suite = ? ORDER BY id DESC LIMIT 1",
      {suite}, [&](const SqlRow& row) -> Status {
        SignedRelease release;
        release.suite = suite;
        release.date = row.integer(0);
        release.valid_until = row.integer(1);
        HALLMARK_TRY(release.indices, Sha256Digest::from_hex(row.text(2)));
        release.release = row.text(3);
        release.release_gpg = row.text(4);
        release.inrelease = row.text(5);
        found = std::move(release);
        return ok_status();
      }));
  return found;
}

Result<int64_t> State::count_releases(const std::string& suite, const Sha256Digest& indices,
                                      const TimeSpan& dated) const {
  int64_t count = 0;
  HALLMARK_CHECK(
      database_->each("SELECT count(*) FROM release WHERE suite = ? AND date > ? AND date <= ? AND "
                      "indices = ?",
                      {suite, dated.after, dated.until, indices.hex()}, [&](const SqlRow& row) {
                        count = row.integer(0);
                        return ok_status();
                      }));
  return count;
}

Status State::add_release(const SignedRelease& release) const {
  return database_->execute(
      "INSERT INTO release(suite, date, valid_until, indices, release, release_gpg, inrelease) "
      "VALUES (?, ?, ?, ?, ?, ?, ?)",
      {release.suite, release.date, release.valid_until, release.indices.hex(), release.release,
       release.release_gpg, release.inrelease});
}

}  // namespace hallmark
