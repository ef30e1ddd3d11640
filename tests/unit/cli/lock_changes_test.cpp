#include "cli/lock_changes.hpp"

#include <catch2/catch_test_macros.hpp>

#include "cli/last_release.hpp"

namespace hallmark {
namespace {

using Lines = std::vector<std::string>;

LockedPackage locked_package(const std::string& name, const std::string& version) {
  LockedPackage out;
  out.name = name;
  out.version = version;
  out.architecture = "amd64";
  out.size = 1000;
  return out;
}

Sha256Digest digest(char digit) { return *Sha256Digest::from_hex(std::string(64, digit)); }

Lock lock_with(const std::vector<LockedPackage>& packages) {
  Lock out;
  out.product = "tool";
  out.version = "1.0-1";
  out.source.package = "tool";
  out.source.version = "1.0-1";
  out.source.signer = "AAAA";
  out.source.files = {{"tool_1.0-1.dsc", 2000, digest('1'), ""},
                      {"tool_1.0.orig.tar.gz", 3000, digest('2'), ""}};
  LockedEnvironment environment;
  environment.name = "build";
  environment.architecture = "amd64";
  environment.archives = {
      {"https://deb.example.org", "bookworm", digest('3'), digest('4'), 10, {}}};
  environment.packages = packages;
  out.environments = {environment};
  out.targets = {{"stable", "main", "amd64", "build"}};
  return out;
}

Lock git_lock() {
  Lock out = lock_with({});
  out.source = LockedSource();
  out.source.kind = OriginKind::kGit;
  out.source.url = "https://example.org/tool";
  out.source.tag = "v1.0";
  out.source.commit = std::string(40, 'a');
  out.source.content_sha256 = digest('5');
  out.source.signers = {"SHA256:AAAA"};
  return out;
}

// What a reviewer reads.
Lines told(const Lock& before, const Lock& after) {
  Lines out;
  for (const LockChange& change : lock_changes(before, after)) {
    out.push_back((change.alert ? "! " : "") + change.words);
  }
  return out;
}

TEST_CASE("lock changes: packages that come, go, rise and fall, as dpkg orders versions") {
  const Lock before = lock_with({locked_package("bash", "5.2"), locked_package("gcc", "12.2-1"),
                                 locked_package("libc", "1:1.0"), locked_package("old", "1"),
                                 locked_package("tilde", "2.0~rc1")});
  const Lock after = lock_with({locked_package("bash", "5.1"), locked_package("evil", "6"),
                                locked_package("gcc", "12.10-1"), locked_package("libc", "9.0"),
                                locked_package("tilde", "2.0")});
  CHECK(told(before, after) ==
        Lines{"environment build: 5 packages of 5.0 kB, now 5 packages of 5.0 kB: 1 added, "
              "1 removed, 2 up, 2 DOWN",
              "environment build: old:amd64 1 goes",
              "! environment build: bash:amd64 FALLS from 5.2 to 5.1",
              "environment build: evil:amd64 6 comes, 1.0 kB",
              "environment build: gcc:amd64 rises from 12.2-1 to 12.10-1",
              "! environment build: libc:amd64 FALLS from 1:1.0 to 9.0",
              "environment build: tilde:amd64 rises from 2.0~rc1 to 2.0"});
  CHECK(told(before, before).empty());
}

TEST_CASE("lock changes: packages for programs") {
  const Json json = to_json(lock_changes(lock_with({locked_package("bash", "5.2")}),
                                         lock_with({locked_package("bash", "5.1")})));
  REQUIRE(json.size() == 2);
  CHECK(!json[0].contains("package"));
  CHECK(json[1]["alert"] == true);
  CHECK(json[1]["package"] == Json{{"change", "down"},
                                   {"environment", "build"},
                                   {"name", "bash"},
                                   {"architecture", "amd64"},
                                   {"before", "5.2"},
                                   {"after", "5.1"}});
}

TEST_CASE("lock changes: the same package of another architecture is another package") {
  const Lock before = lock_with({locked_package("libc6", "2.36")});
  Lock after = before;
  after.environments[0].packages.push_back(locked_package("libc6", "2.36"));
  after.environments[0].packages[1].architecture = "i386";
  const Lines lines = told(before, after);
  REQUIRE(lines.size() == 2);
  CHECK(lines[1] == "environment build: libc6:i386 2.36 comes, 1.0 kB");
}

TEST_CASE("lock changes: another file of the same version") {
  const Lock before = lock_with({locked_package("gcc", "12")});
  Lock after = before;
  after.environments[0].packages[0].sha256 = digest('1');
  CHECK(told(before, after).back() ==
        "! environment build: gcc:amd64 12 is another file: SHA-256 " + std::string(64, '0') +
            ", now " + std::string(64, '1'));
}

TEST_CASE("lock changes: an archive that comes, and one with another keyring") {
  const Lock before = lock_with({});
  Lock after = before;
  SECTION("comes") {
    after.environments[0].archives.push_back(
        {"https://third.example.org", "stable", digest('6'), digest('7'), 10, {}});
    CHECK(told(before, after) ==
          Lines{"! environment build: archive https://third.example.org stable comes, its keyring "
                "has SHA-256 " +
                std::string(64, '6')});
    CHECK(told(after, before) ==
          Lines{"environment build: archive https://third.example.org stable goes"});
  }
  SECTION("keyring") {
    after.environments[0].archives[0].keyring_sha256 = digest('8');
    CHECK(told(before, after) ==
          Lines{"! environment build: archive https://deb.example.org bookworm has another "
                "keyring: SHA-256 " +
                std::string(64, '3') + ", now " + std::string(64, '8')});
  }
  SECTION("it has moved on, which shows in its packages") {
    after.environments[0].archives[0].inrelease_sha256 = digest('8');
    CHECK(told(before, after).empty());
  }
}

TEST_CASE("lock changes: a new revision of a Debian source package") {
  Lock before = lock_with({});
  before.source_date_epoch = 1'000'000'000;
  Lock after = before;
  after.source_date_epoch += 1;
  after.version = after.source.version = "1.0-2";
  after.source.files[0] = {"tool_1.0-2.dsc", 2000, digest('a'), ""};
  CHECK(told(before, after) == Lines{"source package tool 1.0-1, now 1.0-2",
                                     "source file tool_1.0-1.dsc goes",
                                     "source file tool_1.0-2.dsc comes, 2.0 kB"});
  SECTION("with other bytes under the name of the upstream archive") {
    after.source.files[1].sha256 = digest('b');
    CHECK(told(before, after).back() ==
          "! source file tool_1.0.orig.tar.gz is another file under its name: SHA-256 " +
              std::string(64, '2') + ", now " + std::string(64, 'b'));
  }
  SECTION("signed before the last one was") {
    after.source_date_epoch = 999'999'999;
    CHECK(told(before, after).back() ==
          "! the source was signed at 2001-09-09T01:46:39Z, before that of 1.0-1 was: "
          "2001-09-09T01:46:40Z");
  }
  SECTION("signed in the very second of the last one") {
    after.source_date_epoch = before.source_date_epoch;
    CHECK(told(before, after).back() ==
          "! the source was signed at 2001-09-09T01:46:40Z, the very second of 1.0-1");
    after.version = before.version;
    CHECK(told(before, after).back() == "source file tool_1.0-2.dsc comes, 2.0 kB");
  }
}

TEST_CASE("lock changes: a new git tag") {
  const Lock before = git_lock();
  Lock after = before;
  after.source.tag = "v1.1";
  SECTION("of another commit") {
    after.source.commit = std::string(40, 'b');
    after.source.content_sha256 = digest('6');
    CHECK(told(before, after) == Lines{"git tag v1.0 (commit " + std::string(40, 'a') +
                                       "), now v1.1 (commit " + std::string(40, 'b') + ")"});
  }
  SECTION("of the same commit") {
    CHECK(told(before, after) ==
          Lines{"tag v1.1 names the commit that v1.0 named: the source is the same"});
  }
  SECTION("of another repository, by another person") {
    after.source.url = "https://evil.example.org/tool";
    after.source.signers = {"SHA256:BBBB"};
    const Lines lines = told(before, after);
    CHECK(lines.front() ==
          "! the source moves from https://example.org/tool to https://evil.example.org/tool");
    CHECK(lines.back() == "! the source was signed by SHA256:AAAA, and now is by SHA256:BBBB");
  }
}

TEST_CASE("lock changes: another kind of source") {
  CHECK(told(lock_with({}), git_lock()).front() ==
        "! the source was a Debian source package, and now is a git tag");
}

Lock tarball_lock() {
  Lock before = lock_with({});
  before.source = LockedSource();
  before.source.kind = OriginKind::kTarball;
  before.source.files = {{"tool-1.0.tar.gz", 5000, digest('1'), ""},
                         {"tool-1.0.tar.gz.asc", 100, digest('2'), ""}};
  before.source.signers = {"AAAA"};
  before.source.keyring = LockedKeyring{10, digest('3')};
  return before;
}

TEST_CASE("lock changes: a new release archive, judged by another keyring") {
  const Lock before = tarball_lock();
  Lock after = before;
  after.source.files[0] = {"tool-1.1.tar.gz", 6000, digest('4'), ""};
  after.source.keyring->sha256 = digest('5');
  CHECK(told(before, after) == Lines{"source file tool-1.0.tar.gz goes",
                                     "source file tool-1.1.tar.gz comes, 6.0 kB",
                                     "! the keyring of the source's signers is another file: "
                                     "SHA-256 " +
                                         std::string(64, '3') + ", now " + std::string(64, '5')});
}

TEST_CASE("lock changes: a keyring that comes or goes") {
  const Lock with = tarball_lock();
  Lock without = with;
  without.source.keyring.reset();
  CHECK(told(without, with) ==
        Lines{"! the keyring of the source's signers comes: SHA-256 " + std::string(64, '3')});
  CHECK(told(with, without) ==
        Lines{"! the keyring of the source's signers goes: SHA-256 " + std::string(64, '3')});
}

TEST_CASE("lock changes: an old archive, well signed, under the name of the new version") {
  const Lock before = tarball_lock();
  Lock after = before;
  after.version = "1.1-1";
  after.source.files[0].name = "tool-1.1.tar.gz";
  after.source_date_epoch = before.source_date_epoch;
  CHECK(told(before, after) ==
        Lines{"source file tool-1.0.tar.gz goes",
              "! source file tool-1.1.tar.gz is tool-1.0.tar.gz under another name: SHA-256 " +
                  std::string(64, '1'),
              "! the source was signed at 1970-01-01T00:00:00Z, the very second of 1.0-1"});
}

TEST_CASE("lock changes: a package's version that is spelt in another way") {
  CHECK(told(lock_with({locked_package("gcc", "12")}), lock_with({locked_package("gcc", "0:12")}))
            .back() == "! environment build: gcc:amd64 changes from 12 to 0:12");
}

TEST_CASE("lock changes: another suite, product file, architecture and environment") {
  const Lock before = lock_with({});
  Lock after = before;
  after.targets[0].suite = "testing";
  after.product_sha256 = digest('1');
  SECTION("an environment under a new name hides no change in silence") {
    after.environments[0].name = "other";
    CHECK(told(before, after) == Lines{"! the product file changed",
                                       "! it went to stable/main, and now goes to testing/main",
                                       "environment build goes",
                                       "! environment other comes, with 0 packages of 0 B"});
  }
  SECTION("an environment of another architecture") {
    after.environments[0].architecture = "arm64";
    CHECK(told(before, after).back() == "! environment build was amd64, and now is arm64");
  }
}

Json leaf(const char* kind, const char* version) {
  return {
      {"kind", kind}, {"product", "tool"}, {"version", version}, {"lock", std::string(64, 'c')}};
}

TEST_CASE("last release: a version that was pinned and never released hides nothing") {
  LoggedReleases logged;
  const Lines pinned = {"1.0", "1.1", "1.2", "2.0"};
  const auto chosen = [&] { return choose_last(logged, {"tool", "2.0"}, pinned); };
  CHECK(chosen().version == "1.2");
  CHECK(!chosen().released);
  logged.add_leaf(leaf("acceptance", "1.0"));
  CHECK(chosen().version == "1.0");
  CHECK(chosen().released);
  SECTION("nor does one that was called back") {
    logged.add_leaf(leaf("acceptance", "1.1"));
    CHECK(chosen().version == "1.1");
    Json withdrawal = leaf("withdrawal", "1.1");
    withdrawal["suite"] = "testing";
    logged.add_leaf(withdrawal);
    CHECK(chosen().version == "1.1");  // others still have it
    withdrawal["suite"] = "*";
    logged.add_leaf(withdrawal);
    CHECK(chosen().version == "1.0");
  }
  SECTION("nor the same version, nor a higher one") {
    logged.add_leaf(leaf("acceptance", "2.0"));
    logged.add_leaf(leaf("acceptance", "3.0"));
    CHECK(chosen().version == "1.0");
  }
  SECTION("without any, there is none") {
    CHECK(choose_last(logged, {"tool", "1.0"}, {"1.0"}).version.empty());
  }
}

TEST_CASE("last release: the lock that was released is known by its digest") {
  LoggedReleases logged;
  logged.add_leaf(leaf("acceptance", "1.0"));
  CHECK(logged.is_accepted_lock({"tool", "1.0"}, digest('c')));
  CHECK(!logged.is_accepted_lock({"tool", "1.0"}, digest('d')));
  CHECK(!logged.is_accepted_lock({"tool", "1.1"}, digest('c')));
}

}  // namespace
}  // namespace hallmark
