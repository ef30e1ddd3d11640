// SQLite with errors as values: one connection, statements that bind by position, transactions that
// roll back unless they are committed.
//
// A write-ahead log with synchronous=FULL: a committed transaction survives kill -9 and a power
// cut. The collation "debversion" orders text as Debian package versions.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace hallmark {

using SqlValue = std::variant<int64_t, std::string>;

// The current row of a running statement; valid only inside the visit.
class SqlRow {
 public:
  explicit SqlRow(sqlite3_stmt* statement) : statement_(statement) {}
  int64_t integer(int column) const;
  std::string_view text(int column) const;  // also of a BLOB; empty for NULL

 private:
  sqlite3_stmt* statement_;
};

class Database {
 public:
  static Result<Database> open(const std::string& path);

  // Runs one statement; `visit` sees each row and may stop with an error.
  using Visit = std::function<Status(const SqlRow&)>;
  Status each(const char* sql, const std::vector<SqlValue>& values, const Visit& visit) const;
  Status execute(const char* sql, const std::vector<SqlValue>& values = {}) const;
  // Several statements without values: schemas.
  Status execute_script(const char* sql) const;
  // Ends the open transaction without its changes.
  void roll_back() const noexcept;

 private:
  struct Closer {
    void operator()(sqlite3* connection) const;
  };
  explicit Database(sqlite3* connection) : connection_(connection) {}
  Error error(const std::string& what) const;

  std::unique_ptr<sqlite3, Closer> connection_;
};

class Transaction {
 public:
  // Takes the write lock at once, so that what is read inside stays true until the commit.
  static Result<Transaction> begin(const Database& database);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  Status commit();

 private:
  explicit Transaction(const Database& database) : database_(&database) {}
  const Database* database_;  // null: ended
};

}  // namespace hallmark
