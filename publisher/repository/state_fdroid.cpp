// The part of the repository's state about apps, and the F-Droid index.
#include "publisher/repository/state.hpp"

namespace hallmark {

Result<std::optional<ServedFile>> RepositoryState::apk(const std::string& path) {
  HALLMARK_TRY(Statement rows,
               database_.query("SELECT path, size, sha256 FROM apk WHERE path = ?1", path));
  HALLMARK_TRY(const std::vector<ServedFile> files, read_served_files(std::move(rows)));
  return files.empty() ? std::optional<ServedFile>() : files.front();
}

Status RepositoryState::add_apk(const ServedFile& file) {
  return database_.run("INSERT INTO apk (path, size, sha256) VALUES (?1, ?2, ?3)", file.path,
                       file.size, file.sha256.hex());
}

Status RepositoryState::remove_apk(const std::string& path) {
  HALLMARK_CHECK(database_.run(
      "DELETE FROM app_facts WHERE sha256 IN (SELECT sha256 FROM apk WHERE path = ?1)", path));
  HALLMARK_CHECK(database_.run(
      "UPDATE fdroid_entry SET lacks_apk = 1 WHERE EXISTS (SELECT 1 FROM apk WHERE path = ?1)",
      path));
  return database_.run("DELETE FROM apk WHERE path = ?1", path);
}

Result<std::vector<ServedFile>> RepositoryState::apks() {
  HALLMARK_TRY(Statement rows, database_.query("SELECT path, size, sha256 FROM apk ORDER BY path"));
  return read_served_files(std::move(rows));
}

Status RepositoryState::add_app_facts(const Sha256Digest& apk, const AppFacts& facts) {
  return database_.run("INSERT INTO app_facts VALUES (?1, ?2, ?3)", apk.hex(), facts.application,
                       facts.manifest);
}

Result<std::map<std::string, AppFacts>> RepositoryState::app_facts() {
  HALLMARK_TRY(Statement rows,
               database_.query("SELECT sha256, application, manifest FROM app_facts"));
  std::map<std::string, AppFacts> out;
  for (;;) {
    HALLMARK_TRY(const bool row, rows.step());
    if (!row) return out;
    out.emplace(rows.text(0), AppFacts{rows.text(1), rows.text(2)});
  }
}

Status RepositoryState::set_app_texts(const std::string& application, const std::string& texts) {
  return database_.run(
      "INSERT INTO app_texts VALUES (?1, ?2) ON CONFLICT DO UPDATE SET texts = excluded.texts",
      application, texts);
}

Status RepositoryState::each_app_text(
    const std::function<Status(const std::string&, const std::string&)>& visit) {
  HALLMARK_TRY(Statement rows,
               database_.query("SELECT application, texts FROM app_texts ORDER BY application"));
  for (;;) {
    HALLMARK_TRY(const bool row, rows.step());
    if (!row) return ok_status();
    HALLMARK_CHECK(visit(rows.text(0), rows.text(1)));
  }
}

Result<std::optional<FdroidComposition>> RepositoryState::fdroid_composition() {
  std::optional<FdroidComposition> out;
  HALLMARK_TRY(Statement rows, database_.query("SELECT content, timestamp, path, size, sha256 "
                                               "FROM fdroid_composition"));
  HALLMARK_TRY(const bool row, rows.step());
  if (!row) return out;
  out.emplace();
  HALLMARK_TRY(out->content, Sha256Digest::from_hex(rows.text(0)));
  out->timestamp = rows.integer(1);
  out->index.path = rows.text(2);
  out->index.size = static_cast<uint64_t>(rows.integer(3));
  HALLMARK_TRY(out->index.sha256, Sha256Digest::from_hex(rows.text(4)));
  return out;
}

Status RepositoryState::set_fdroid_composition(const FdroidComposition& composition) {
  return database_.run("INSERT OR REPLACE INTO fdroid_composition VALUES (1, ?1, ?2, ?3, ?4, ?5)",
                       composition.content.hex(), composition.timestamp, composition.index.path,
                       composition.index.size, composition.index.sha256.hex());
}

Status RepositoryState::set_fdroid_entry(const FdroidSigned& entry,
                                         const std::vector<ServedFile>& files) {
  HALLMARK_TRY(Transaction transaction, Transaction::begin(database_));
  HALLMARK_CHECK(database_.run("INSERT OR REPLACE INTO fdroid_entry VALUES (1, ?1, ?2, ?3, 0)",
                               entry.entry, SqlBlob{entry.jar}, entry.page));
  HALLMARK_CHECK(database_.run("DELETE FROM fdroid_file"));
  for (const ServedFile& file : files) {
    HALLMARK_CHECK(database_.run("INSERT INTO fdroid_file VALUES (?1, ?2, ?3)", file.path,
                                 file.size, file.sha256.hex()));
  }
  return transaction.commit();
}

Result<std::optional<FdroidSigned>> RepositoryState::fdroid_entry() {
  std::optional<FdroidSigned> out;
  HALLMARK_TRY(Statement rows,
               database_.query("SELECT entry, jar, page, lacks_apk FROM fdroid_entry"));
  HALLMARK_TRY(const bool row, rows.step());
  if (row) out = FdroidSigned{rows.text(0), rows.blob(1), rows.text(2), rows.integer(3) != 0};
  return out;
}

Result<std::vector<ServedFile>> RepositoryState::fdroid_files() {
  HALLMARK_TRY(Statement rows,
               database_.query("SELECT path, size, sha256 FROM fdroid_file ORDER BY path"));
  return read_served_files(std::move(rows));
}

}  // namespace hallmark
