// SQLite with errors as values: one database, one owner, survives kill -9.
//
// WAL, synchronous=FULL, foreign keys on. The collation "debversion" orders versions as dpkg does.
// The schema's version is SQLite's user_version: the number of migration scripts that have run. A
// database of a later version than this program's is refused. Not for use by several threads;
// several processes are fine.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace hallmark {

// Bytes that are no text.
struct SqlBlob {
  std::string_view bytes;
};

class Statement {
 public:
  // Starts the statement over with these values for ?1, ?2, …
  template <typename... Values>
  Status bind(const Values&... values) {
    restart();
    int index = 0;
    Status status = ok_status();
    static_cast<void>(((status = bind_one(++index, values), status.ok()) && ...));
    return status;
  }

  // True: there is a row. Its columns may be read until the next call.
  Result<bool> step();
  // For statements that give no rows.
  Status run();

  int64_t integer(int column) const;
  std::string text(int column) const;
  // Valid until the next step.
  std::string_view text_view(int column) const;
  std::string blob(int column) const;

 private:
  friend class Database;
  struct Deleter {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  void restart();
  Status bind_one(int index, std::string_view value);
  Status bind_one(int index, const SqlBlob& value);
  Status bind_one(int index, int64_t value);
  Status bind_one(int index, uint64_t value);
  Error error(const char* operation) const;

  std::unique_ptr<sqlite3_stmt, Deleter> statement_;
};

class Database {
 public:
  // Opens or makes (mode 0600) the file. Migration n takes the schema from version n to n+1.
  static Result<Database> open(const std::string& path,
                               std::span<const std::string_view> migrations);

  Result<Statement> prepare(std::string_view sql);
  // Prepare, bind.
  template <typename... Values>
  Result<Statement> query(std::string_view sql, const Values&... values) {
    HALLMARK_TRY(Statement statement, prepare(sql));
    HALLMARK_CHECK(statement.bind(values...));
    return statement;
  }
  // Prepare, bind, run.
  template <typename... Values>
  Status run(std::string_view sql, const Values&... values) {
    HALLMARK_TRY(Statement statement, query(sql, values...));
    return statement.run();
  }
  // One or more statements without values.
  Status execute(const std::string& script);

 private:
  struct Deleter {
    void operator()(sqlite3* handle) const;
  };
  Database(sqlite3* handle, std::string path) : handle_(handle), path_(std::move(path)) {}
  Status migrate(std::span<const std::string_view> migrations);
  Error error(const std::string& operation) const;

  std::unique_ptr<sqlite3, Deleter> handle_;
  std::string path_;
};

// A write transaction. What was not committed when it goes out of scope is undone.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept : database_(other.database_) {
    other.database_ = nullptr;
  }
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  // On return the changes are on disk.
  Status commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace hallmark
