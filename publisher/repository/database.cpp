#include "publisher/repository/database.hpp"

#include <sqlite3.h>

#include "core/debian_version.hpp"
#include "core/fd.hpp"

namespace hallmark {
namespace {

constexpr int kBusyTimeout = 60'000;  // milliseconds

Error sqlite_error(const std::string& subject, const std::string& operation, sqlite3* handle) {
  const char* cause = handle != nullptr ? sqlite3_errmsg(handle) : "out of memory";
  return failed(subject, operation + ": " + cause);
}

int compare_as_versions(void* /*unused*/, int size_a, const void* a, int size_b, const void* b) {
  const std::string_view left(static_cast<const char*>(a), static_cast<std::size_t>(size_a));
  const std::string_view right(static_cast<const char*>(b), static_cast<std::size_t>(size_b));
  const std::weak_ordering order = compare_debian_versions(left, right);
  return order < 0 ? -1 : int{order > 0};
}

}  // namespace

void Statement::Deleter::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
void Database::Deleter::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }

Error Statement::error(const char* operation) const {
  sqlite3* handle = sqlite3_db_handle(statement_.get());
  const char* file = sqlite3_db_filename(handle, "main");
  return sqlite_error(file != nullptr ? file : "database", operation, handle);
}

void Statement::restart() {
  // Reset repeats the error of the last step, which has been reported already.
  static_cast<void>(sqlite3_reset(statement_.get()));
}

Status Statement::bind_one(int index, std::string_view value) {
  // A null data pointer would bind NULL, not the empty text.
  const char* data = value.data() != nullptr ? value.data() : "";
  if (sqlite3_bind_text64(statement_.get(), index, data, value.size(), SQLITE_TRANSIENT,
                          SQLITE_UTF8) != SQLITE_OK) {
    return error("cannot bind a value");
  }
  return ok_status();
}

Status Statement::bind_one(int index, const SqlBlob& value) {
  const char* data = value.bytes.data() != nullptr ? value.bytes.data() : "";
  if (sqlite3_bind_blob64(statement_.get(), index, data, value.bytes.size(), SQLITE_TRANSIENT) !=
      SQLITE_OK) {
    return error("cannot bind a value");
  }
  return ok_status();
}

Status Statement::bind_one(int index, int64_t value) {
  if (sqlite3_bind_int64(statement_.get(), index, value) != SQLITE_OK) {
    return error("cannot bind a value");
  }
  return ok_status();
}

Status Statement::bind_one(int index, uint64_t value) {
  return bind_one(index, static_cast<int64_t>(value));
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return error("cannot run a statement");
}

Status Statement::run() {
  HALLMARK_TRY(const bool row, step());
  static_cast<void>(row);
  restart();
  return ok_status();
}

int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::text(int column) const { return std::string(text_view(column)); }

std::string_view Statement::text_view(int column) const {
  const unsigned char* data = sqlite3_column_text(statement_.get(), column);
  if (data == nullptr) return {};
  return {reinterpret_cast<const char*>(data),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::string Statement::blob(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

Result<Database> Database::open(const std::string& path,
                                std::span<const std::string_view> migrations) {
  // SQLite would make the file readable for all; its companions take over the mode it finds.
  HALLMARK_TRY(const UniqueFd made, open_at(AT_FDCWD, path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600));
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(handle, path);
  if (code != SQLITE_OK) return database.error("cannot open");
  if (sqlite3_create_collation_v2(handle, "debversion", SQLITE_UTF8, nullptr, compare_as_versions,
                                  nullptr) != SQLITE_OK) {
    return database.error("cannot order versions");
  }
  sqlite3_busy_timeout(handle, kBusyTimeout);
  HALLMARK_CHECK(
      database.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                       "PRAGMA trusted_schema=OFF;"));
  HALLMARK_CHECK(database.migrate(migrations));
  return database;
}

Status Database::migrate(std::span<const std::string_view> migrations) {
  HALLMARK_TRY(Transaction transaction, Transaction::begin(*this));
  HALLMARK_TRY(Statement version, query("PRAGMA user_version"));
  HALLMARK_TRY(const bool row, version.step());
  const auto have = row ? static_cast<uint64_t>(version.integer(0)) : 0;
  version.restart();
  if (have == migrations.size()) return ok_status();
  if (have > migrations.size()) {
    return failed(path_, "was written by a later version of this program");
  }
  for (const std::string_view script : migrations.subspan(have)) {
    HALLMARK_CHECK(execute(std::string(script)));
  }
  HALLMARK_CHECK(execute("PRAGMA user_version=" + std::to_string(migrations.size())));
  return transaction.commit();
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()), &statement,
                         nullptr) != SQLITE_OK) {
    return error("cannot prepare '" + std::string(sql) + "'");
  }
  return Statement(statement);
}

Status Database::execute(const std::string& script) {
  if (sqlite3_exec(handle_.get(), script.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return error("cannot execute");
  }
  return ok_status();
}

Error Database::error(const std::string& operation) const {
  return sqlite_error(path_, operation, handle_.get());
}

Result<Transaction> Transaction::begin(Database& database) {
  HALLMARK_CHECK(database.execute("BEGIN IMMEDIATE"));
  return Transaction(database);
}

Transaction::~Transaction() {
  if (database_ == nullptr) return;
  const Status ignored = database_->execute("ROLLBACK");  // closing the database undoes it as well
  static_cast<void>(ignored);
}

Status Transaction::commit() {
  HALLMARK_CHECK(database_->execute("COMMIT"));
  database_ = nullptr;
  return ok_status();
}

}  // namespace hallmark
