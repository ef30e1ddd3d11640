// Statements and signatures as files, in a folder that strangers may have written.
#include "cli/approval_files.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/tools.hpp"

namespace hallmark {
namespace {

TEST_CASE("approval files: a promotion of thousands of files is a long statement") {
  const test::TestFolder folder;
  const std::string statement(std::size_t{2} << 20U, 'x');
  folder.write("statement", statement);
  folder.write("alice.sig", "armour");
  const auto files = read_approval_files(folder.path());
  REQUIRE(files.ok());
  CHECK(files->statement == statement);
  REQUIRE(files->signatures.size() == 1);
  CHECK(files->signatures[0].approver == "alice");
}

TEST_CASE("approval files: a link leads to no other file") {
  const test::TestFolder folder;
  folder.write("secret", "of root's");
  REQUIRE(make_dirs(folder.path("approval"), 0755).ok());
  SECTION("in the place of the statement") {
    std::filesystem::create_symlink(folder.path("secret"), folder.path("approval/statement"));
  }
  SECTION("in the place of a signature") {
    folder.write("approval/statement", "a statement");
    std::filesystem::create_symlink(folder.path("secret"), folder.path("approval/alice.sig"));
  }
  CHECK_FALSE(read_approval_files(folder.path("approval")).ok());
}

}  // namespace
}  // namespace hallmark
