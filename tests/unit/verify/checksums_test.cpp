// SHA256SUMS: its form, as sha256sum reads it.
#include "verify/checksums.hpp"

#include <catch2/catch_test_macros.hpp>

#include "core/digest.hpp"
#include "tests/unit/tools.hpp"

namespace {

using namespace hallmark;

ListedChecksum listed(const std::string& name, const std::string& bytes = "x") {
  return {name, sha256(bytes)};
}

TEST_CASE("SHA256SUMS: sorted by the names' bytes, one line for each file") {
  const auto sums = render_checksums({listed("b_1.0_all.deb", "b"), listed("a_1.0_all.deb", "a"),
                                      listed("B.apk", "B"), listed("a_1.0_all.deb", "a")});
  REQUIRE(sums.ok());
  CHECK(*sums == sha256("B").hex() + "  B.apk\n" + sha256("a").hex() + "  a_1.0_all.deb\n" +
                     sha256("b").hex() + "  b_1.0_all.deb\n");
}

TEST_CASE("SHA256SUMS: sha256sum takes it, and finds a changed file") {
  const test::TestFolder folder;
  folder.write("tool_1.0~rc1+b1_amd64.deb", "the package");
  folder.write("tool.apk", "the app");
  const auto sums = render_checksums(
      {listed("tool_1.0~rc1+b1_amd64.deb", "the package"), listed("tool.apk", "the app")});
  REQUIRE(sums.ok());
  folder.write("SHA256SUMS", *sums);
  const auto check = [&] {
    Command command;
    command.program = "/usr/bin/env";
    command.arguments = {"-C", folder.path(), "sha256sum", "--strict", "-c", "SHA256SUMS"};
    return run_checked(command, "sha256sum").ok();
  };
  CHECK(check());
  folder.write("tool.apk", "another app");
  CHECK_FALSE(check());
}

TEST_CASE("SHA256SUMS: two files of one name") {
  const auto sums = render_checksums({listed("tool.apk", "a"), listed("tool.apk", "b")});
  REQUIRE_FALSE(sums.ok());
  CHECK(sums.error().kind == ErrorKind::kVerification);
}

TEST_CASE("SHA256SUMS: names that no list can have") {
  for (const char* name : {"", "..", "-c", "pool/tool.deb", "a\nb", "a\\b", "a b", "*tool.deb"}) {
    INFO(name);
    CHECK_FALSE(render_checksums({listed(name)}).ok());
  }
  CHECK_FALSE(render_checksums({listed(std::string(256, 'a'))}).ok());
}

TEST_CASE("checksums: the terminals' keys, for ssh-keygen") {
  Policy policy;
  policy.origin = "Example Org";
  const std::string key =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJWWYhh1VaKUb2pnqqoqQZvXoyw0mfW0hlEsoER3v+1E";
  policy.log_keys = {{"t1", key + " of t1"}, {"t2", key}};
  const std::string line = "example-org namespaces=\"hallmark-checksums@v1\" " + key + "\n";
  CHECK(checksums_allowed_signers(policy) == line + line);
}

}  // namespace
