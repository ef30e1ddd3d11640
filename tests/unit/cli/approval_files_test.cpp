// Statements and signatures as files, in a folder that strangers may have written.
#include "cli/approval_files.hpp"

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/tools.hpp"

namespace hallmark {
namespace {

TEST_CASE("approval files: a promotion of thousands of files is a long statement") {
  const test::TestFolder folder;
  const std::string statement(std::size_t{2} << 20U, 'x');
  folder.write("releases/x/statement", statement);
  folder.write("releases/x/alice.sig", "armour");
  const Layout layout{folder.path()};
  const auto files = read_approval_files(layout, layout.releases() / "x");
  REQUIRE(files.ok());
  CHECK(files->statement == statement);
  REQUIRE(files->signatures.size() == 1);
  CHECK(files->signatures[0].approver == "alice");
}

TEST_CASE("approval files: a link leads to no other file") {
  const test::TestFolder folder;
  folder.write("secret", "of root's");
  const Layout layout{folder.path()};
  SECTION("in the place of the statement") {
    folder.write("releases/x/other", "");
    std::filesystem::create_symlink(folder.path("secret"), folder.path("releases/x/statement"));
  }
  SECTION("in the place of a signature") {
    folder.write("releases/x/statement", "a statement");
    std::filesystem::create_symlink(folder.path("secret"), folder.path("releases/x/alice.sig"));
  }
  SECTION("in the place of the folder") {
    folder.write("elsewhere/statement", "a statement");
    REQUIRE(make_dirs(layout.releases(), 0755).ok());
    std::filesystem::create_directory_symlink("../elsewhere", folder.path("releases/x"));
  }
  CHECK_FALSE(read_approval_files(layout, layout.releases() / "x").ok());
}

TEST_CASE("approval files: a statement is written through no link, and nothing is removed there") {
  const test::TestFolder folder;
  const Layout layout{folder.path()};
  folder.write("elsewhere/debian.iso.sig", "of somebody else");
  REQUIRE(make_dirs(layout.releases(), 0755).ok());
  std::filesystem::create_directory_symlink("../elsewhere", folder.path("releases/x"));
  const ApprovalSubject subject{layout, layout.releases() / "x" / "1.0",
                                [](int64_t /*expires*/) { return std::string("statement"); }};
  CHECK_FALSE(write_statement(subject, {}).ok());
  CHECK(std::filesystem::exists(folder.path("elsewhere/debian.iso.sig")));
  CHECK_FALSE(std::filesystem::exists(folder.path("elsewhere/1.0")));
}

TEST_CASE("approval files: a statement that was left there to hold for years is replaced") {
  const test::TestFolder folder;
  const Layout layout{folder.path()};
  REQUIRE(make_dirs(layout.releases(), 0755).ok());
  PolicyStatement statement;
  statement.terminal_group = "demo";
  const ApprovalSubject subject{layout, layout.releases() / "x", with_expiry(statement)};
  ApproveOptions options;
  options.now = 1795000000;
  const auto written = write_statement(subject, options);
  REQUIRE(written.ok());
  CHECK(*write_statement(subject, options) == *written);
  folder.write("releases/x/statement", subject.statement(options.now + 365 * kDay));
  CHECK(*write_statement(subject, options) == *written);
}

}  // namespace
}  // namespace hallmark
