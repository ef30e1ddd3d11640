#include "signer/database.hpp"

#include <sqlite3.h>

#include <utility>

#include "core/debian_version.hpp"

namespace hallmark {
namespace {

struct StatementCloser {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using StatementPtr = std::unique_ptr<sqlite3_stmt, StatementCloser>;

// Two programs of one terminal may use the state at the same time, each for a moment.
constexpr int kBusyMilliseconds = 10000;

int compare_as_versions(void* /*unused*/, int size_a, const void* a, int size_b, const void* b) {
  const std::string_view left(static_cast<const char*>(a), static_cast<std::size_t>(size_a));
  const std::string_view right(static_cast<const char*>(b), static_cast<std::size_t>(size_b));
  const std::weak_ordering order = compare_debian_versions(left, right);
  return order < 0 ? -1 : (order > 0 ? 1 : 0);
}

int bind(sqlite3_stmt* statement, int position, const SqlValue& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) {
    return sqlite3_bind_int64(statement, position, *number);
  }
  const auto& text = std::get<std::string>(value);
  return sqlite3_bind_text64(statement, position, text.data(), text.size(), SQLITE_STATIC,
                             SQLITE_UTF8);
}

}  // namespace

int64_t SqlRow::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string_view SqlRow::text(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

void Database::Closer::operator()(sqlite3* connection) const { sqlite3_close(connection); }

Error Database::error(const std::string& what) const {
  return failed("signing state", what + ": " + sqlite3_errmsg(connection_.get()));
}

Result<Database> Database::open(const std::string& path) {
  sqlite3* connection = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW;
  const int code = sqlite3_open_v2(path.c_str(), &connection, flags, nullptr);
  Database database(connection);
  if (code != SQLITE_OK) return database.error("cannot open " + path);
  sqlite3_extended_result_codes(connection, 1);
  sqlite3_busy_timeout(connection, kBusyMilliseconds);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  if (sqlite3_create_collation_v2(connection, "debversion", SQLITE_UTF8, nullptr,
                                  compare_as_versions, nullptr) != SQLITE_OK) {
    return database.error("cannot order versions");
  }
  HALLMARK_CHECK(database.execute_script(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"));
  return database;
}

Status Database::each(const char* sql, const std::vector<SqlValue>& values,
                      const Visit& visit) const {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(connection_.get(), sql, -1, &raw, nullptr) != SQLITE_OK) {
    return error("cannot prepare a statement");
  }
  const StatementPtr statement(raw);
  int position = 0;
  for (const SqlValue& value : values) {
    if (bind(raw, ++position, value) != SQLITE_OK) return error("cannot bind a value");
  }
  for (;;) {
    const int code = sqlite3_step(raw);
    if (code == SQLITE_DONE) return ok_status();
    if (code != SQLITE_ROW) return error("cannot run a statement");
    HALLMARK_CHECK(visit(SqlRow(raw)));
  }
}

Status Database::execute(const char* sql, const std::vector<SqlValue>& values) const {
  return each(sql, values, [](const SqlRow&) { return ok_status(); });
}

Status Database::execute_script(const char* sql) const {
  if (sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return error("cannot run a script");
  }
  return ok_status();
}

void Database::roll_back() const noexcept {
  // Where this fails the connection has rolled back by itself.
  sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<Transaction> Transaction::begin(const Database& database) {
  HALLMARK_CHECK(database.execute("BEGIN IMMEDIATE"));
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  if (database_ != nullptr) database_->roll_back();
}

Status Transaction::commit() {
  HALLMARK_CHECK(database_->execute("COMMIT"));
  database_ = nullptr;
  return ok_status();
}

}  // namespace hallmark
