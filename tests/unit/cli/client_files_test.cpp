// What users of the apt repository are given, and the package with its keys.
#include "cli/clients/client_files.hpp"

#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>

#include "cli/clients/keyring_package.hpp"
#include "core/model/keyring_files.hpp"
#include "tests/unit/tools.hpp"

namespace hallmark {
namespace {

const std::string kKeyring = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END-----\n";

Policy policy_for_clients() {
  Policy policy;
  policy.origin = "Example & Project";
  SuitePolicy stable;
  stable.name = "stable";
  stable.codename = "bookworm";
  stable.components = {"main", "contrib"};
  stable.architectures = {"amd64", "arm64"};
  stable.keys = {std::string(20, 'A') + std::string(20, 'B')};
  SuitePolicy testing = stable;
  testing.name = "testing";
  policy.suites = {stable, testing};
  policy.clients = ClientPolicy{"example", "https://packages.example.org",
                                "Example Project <packages@example.org>"};
  return policy;
}

std::string text_of(const std::vector<ClientFile>& files, const std::string& name) {
  for (const ClientFile& file : files) {
    if (file.name == name) return file.text;
  }
  FAIL("no file " << name);
  return "";
}

TEST_CASE("clients: none without a policy for them") {
  Policy policy = policy_for_clients();
  policy.clients.reset();
  CHECK(client_files(policy, kKeyring).empty());
}

TEST_CASE("clients: a source of apt's for each suite, with the keys in it") {
  const auto files = client_files(policy_for_clients(), kKeyring);
  CHECK(files.size() == 5);
  CHECK(text_of(files, "example.sources") ==
        "Types: deb\nURIs: https://packages.example.org\nSuites: stable\nComponents: main contrib\n"
        "Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n AAAA\n"
        " -----END-----\n");
  CHECK(text_of(files, "example-testing.sources").find("Suites: testing\n") != std::string::npos);
  CHECK(text_of(files, "example-archive-keyring.asc") == kKeyring);
}

TEST_CASE("clients: the page shows the keys, and text as text") {
  Policy policy = policy_for_clients();
  const std::string page = text_of(client_files(policy, kKeyring), "index.html");
  CHECK(page.find("AAAA AAAA AAAA AAAA AAAA BBBB BBBB BBBB BBBB BBBB") != std::string::npos);
  CHECK(page.find("Example &amp; Project") != std::string::npos);
  CHECK(page.find("&lt;packages@example.org&gt;") != std::string::npos);
  CHECK(page.find("& P") == std::string::npos);
  // In apt's patterns such an origin would mean something else.
  CHECK(page.find("Pin: release") == std::string::npos);
  policy.origin = "Example";
  CHECK(text_of(client_files(policy, kKeyring), "index.html").find("Pin: release o=Example\n") !=
        std::string::npos);
}

TEST_CASE("clients: origins that mean themselves in apt's patterns") {
  for (const char* origin : {"Example", "Example Project 2.0 (nightly)", "a+b_c-d"}) {
    CHECK(is_plain_origin(origin));
  }
  for (const char* origin :
       {"a,b", "a=b", "a\"b", "${x}", "a*", "a;b", "/a/", " a", "a ", "\xc3\xa4"}) {
    INFO(origin);
    CHECK_FALSE(is_plain_origin(origin));
  }
}

TEST_CASE("keyring package: the same bytes again, whatever the umask and the time") {
  Policy policy = policy_for_clients();
  policy.origin = "Example";
  const test::TestFolder folder;
  std::vector<std::string> made;
  for (const mode_t mask : {0077U, 0002U}) {
    const mode_t before = ::umask(mask);
    const auto path = write_keyring_package(policy, kKeyring, {"2026.1", true}, folder.path());
    ::umask(before);
    REQUIRE(path.ok());
    CHECK(path->ends_with("/example-archive-keyring_2026.1_all.deb"));
    made.push_back(folder.read("example-archive-keyring_2026.1_all.deb"));
  }
  CHECK(made[0] == made[1]);
  const auto other =
      write_keyring_package(policy, kKeyring + "\n", {"2026.1", true}, folder.path());
  REQUIRE(other.ok());
  CHECK(folder.read("example-archive-keyring_2026.1_all.deb") != made[0]);
}

TEST_CASE("keyring package: what it cannot be made of") {
  Policy policy = policy_for_clients();
  const test::TestFolder folder;
  const auto kind_of = [&](const KeyringPackage& package) {
    const auto made = write_keyring_package(policy, kKeyring, package, folder.path());
    REQUIRE_FALSE(made.ok());
    return made.error().kind;
  };
  for (const char* version : {"", "one", "1:1", "../1", "1 2", "1\n2"}) {
    INFO(version);
    CHECK(kind_of({version, false}) == ErrorKind::kUsage);
  }
  CHECK(kind_of({"1", true}) == ErrorKind::kUsage);  // of an origin that is no pattern
  policy.clients.reset();
  CHECK(kind_of({"1", false}) == ErrorKind::kPolicy);
  CHECK(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace hallmark
