// SQLite as the publisher uses it.
#include "publisher/repository/database.hpp"

#include <sys/stat.h>

#include <array>
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/tools.hpp"

namespace hallmark {
namespace {

constexpr std::array<std::string_view, 2> kMigrations = {
    "CREATE TABLE t (n INTEGER PRIMARY KEY, s TEXT NOT NULL) STRICT",
    "ALTER TABLE t ADD COLUMN more TEXT NOT NULL DEFAULT ''"};

int64_t count(Database& database) {
  auto rows = database.query("SELECT count(*) FROM t");
  REQUIRE(rows.ok());
  REQUIRE(rows->step().ok());
  return rows->integer(0);
}

TEST_CASE("database: a schema is brought up to date, and one of the future is refused") {
  const test::TestFolder folder;
  const std::span<const std::string_view> all = kMigrations;
  {
    auto database = Database::open(folder.path("db"), all.first(1));
    REQUIRE(database.ok());
    REQUIRE(database->run("INSERT INTO t VALUES (?1, ?2)", int64_t{1}, std::string("a")).ok());
  }
  {
    auto database = Database::open(folder.path("db"), all);
    REQUIRE(database.ok());
    auto rows = database->query("SELECT s, more FROM t");
    REQUIRE(rows.ok());
    REQUIRE(rows->step().ok());
    CHECK(rows->text(0) == "a");
    CHECK(rows->text(1).empty());
  }
  const auto older_program = Database::open(folder.path("db"), all.first(1));
  REQUIRE_FALSE(older_program.ok());
  CHECK(older_program.error().message().find("later version") != std::string::npos);
}

TEST_CASE("database: readable by its owner alone") {
  const test::TestFolder folder;
  REQUIRE(Database::open(folder.path("db"), kMigrations).ok());
  struct stat info {};
  REQUIRE(::stat(folder.path("db").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0600U);
}

TEST_CASE("database: what is not committed is undone") {
  const test::TestFolder folder;
  auto database = Database::open(folder.path("db"), kMigrations);
  REQUIRE(database.ok());
  {
    const auto transaction = Transaction::begin(*database);
    REQUIRE(transaction.ok());
    REQUIRE(database->run("INSERT INTO t (n, s) VALUES (1, 'a')").ok());
  }
  CHECK(count(*database) == 0);
  auto transaction = Transaction::begin(*database);
  REQUIRE(transaction.ok());
  REQUIRE(database->run("INSERT INTO t (n, s) VALUES (1, 'a')").ok());
  REQUIRE(transaction->commit().ok());
  CHECK(count(*database) == 1);
}

TEST_CASE("database: errors name the file and the cause") {
  const test::TestFolder folder;
  auto database = Database::open(folder.path("db"), kMigrations);
  REQUIRE(database.ok());
  REQUIRE(database->run("INSERT INTO t (n, s) VALUES (1, 'a')").ok());
  const Status twice = database->run("INSERT INTO t (n, s) VALUES (1, 'a')");
  REQUIRE_FALSE(twice.ok());
  CHECK(twice.error().message().find("UNIQUE") != std::string::npos);
  CHECK(twice.error().subject.find("db") != std::string::npos);
  folder.write("broken", "this is no database, and long enough to be read as one: 0123456789");
  CHECK_FALSE(Database::open(folder.path("broken"), kMigrations).ok());
}

}  // namespace
}  // namespace hallmark
