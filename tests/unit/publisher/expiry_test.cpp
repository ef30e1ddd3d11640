// What a host no longer needs goes to its trash: not early, and nothing else.
#include "publisher/transfer/expiry.hpp"

#include <catch2/catch_test_macros.hpp>
#include <set>

#include "core/digest.hpp"
#include "tests/unit/publisher/repository_fixtures.hpp"

namespace hallmark::publisher_test {
namespace {

constexpr int64_t kDay = 24 * 60 * 60;

// A host with a clock of its own; `files` are all there, until they are in the trash.
class TrashHost : public RemoteFiles {
 public:
  std::set<std::string> trash;
  std::set<std::string> stuck;  // cannot be moved
  std::string problem;
  int64_t time = 0;
  bool away = false;
  bool goes_away = false;  // while it moves files

  Result<std::vector<std::optional<RemoteFile>>> look_at(
      const std::vector<std::string>& paths) override {
    if (away) return remote_error("host", "went away");
    std::vector<std::optional<RemoteFile>> out;
    for (const std::string& path : paths) {
      out.emplace_back();
      if (!trash.contains(path)) out.back() = RemoteFile{1, time};
    }
    return out;
  }
  Status make_folders(const std::vector<std::string>&) override { return ok_status(); }
  Status put(std::span<const Upload>, PutObserver&) override { return ok_status(); }
  Status discard(const std::vector<std::string>& paths) override {
    away = goes_away;
    if (away) return remote_error("host", "went away");
    if (!problem.empty() && stuck.empty()) return remote_error("host", problem);
    for (const std::string& path : paths) {
      if (!stuck.contains(path)) trash.insert(path);
    }
    if (!problem.empty()) return remote_error("host", problem);
    return ok_status();
  }
};

// A host's record, over a state of its own, through one publish after the other.
class History {
 public:
  History() {
    policy.suites.resize(1);
    policy.suites[0].name = "stable";
  }

  ServedFile file(const std::string& path) const { return {path, 1, sha256(path)}; }

  // A set of indices with this one in it, by its hash; and a file of the pool.
  std::vector<ServedFile> set(const std::string& contents,
                              const std::vector<std::string>& pool = {}) const {
    std::vector<ServedFile> out = {
        file("dists/stable/main/binary-amd64/Packages"),
        {by_hash(contents), 1, sha256(contents)},
        file("dists/stable/InRelease"),
    };
    for (const std::string& path : pool) out.push_back(file(path));
    return out;
  }
  static std::string by_hash(const std::string& contents) {
    return by_hash_path({"dists/stable/main/binary-amd64/Packages", 1, sha256(contents)});
  }

  Result<Expired> publish(const std::vector<ServedFile>& named, int64_t now) {
    return publish(named, now, now);
  }
  Result<Expired> publish(const std::vector<ServedFile>& named, int64_t here, int64_t there) {
    RepositoryState& state = test.repository().state;
    host.time = there;
    for (const ServedFile& file : named) {
      REQUIRE(state.set_host_file("h1", file).ok());
      host.trash.erase(file.path);
    }
    return expire_on_host(state, "h1", {policy, here, apps_named}, named, host);
  }

  TestRepository test;
  Policy policy;
  TrashHost host;
  bool apps_named = true;
};

TEST_CASE("expiry: an old index goes when it is old and of no kept generation") {
  History history;
  history.policy.suites[0].expiry = {2, 10};
  REQUIRE(history.publish(history.set("a"), 1).ok());
  REQUIRE(history.publish(history.set("b"), 2).ok());
  SECTION("old, and of the two newest generations") {
    REQUIRE(history.publish(history.set("b"), 100 * kDay).ok());
    CHECK(history.host.trash.empty());
  }
  SECTION("of no kept generation, and not old") {
    REQUIRE(history.publish(history.set("c"), 10 * kDay).ok());
    CHECK(history.host.trash.empty());
    SECTION("and then old") {
      const auto expired = history.publish(history.set("c"), 10 * kDay + 2);
      REQUIRE((expired.ok() && expired->moved == 1));
      CHECK(history.host.trash == std::set<std::string>{History::by_hash("a")});
      CHECK(history.publish(history.set("c"), 11 * kDay)->moved == 0);
    }
  }
  SECTION("and when the policy comes to keep more generations, what is there of them stays") {
    REQUIRE(history.publish(history.set("c"), 3).ok());
    history.policy.suites[0].expiry = {5, 0};
    REQUIRE(history.publish(history.set("d"), 90 * kDay).ok());
    CHECK(history.host.trash.empty());
  }
}

TEST_CASE("expiry: the same indices signed again are no generation") {
  History history;
  history.policy.suites[0].expiry = {2, 0};
  REQUIRE(history.publish(history.set("a"), 1).ok());
  for (int64_t day = 1; day < 9; ++day) {
    REQUIRE(history.publish(history.set("b"), day * kDay).ok());
  }
  CHECK(history.host.trash.empty());
}

TEST_CASE("expiry: what is named again begins anew") {
  History history;
  history.policy.suites[0].expiry = {1, 10};
  REQUIRE(history.publish(history.set("a"), 1).ok());
  REQUIRE(history.publish(history.set("b"), 2).ok());
  REQUIRE(history.publish(history.set("a"), 9 * kDay).ok());
  REQUIRE(history.publish(history.set("c"), 11 * kDay).ok());
  CHECK(history.host.trash == std::set<std::string>());
  REQUIRE(history.publish(history.set("c"), 19 * kDay).ok());
  CHECK(history.host.trash == std::set<std::string>{History::by_hash("b")});
  REQUIRE(history.publish(history.set("c"), 21 * kDay).ok());
  CHECK(history.host.trash.contains(History::by_hash("a")));
}

TEST_CASE("expiry: siblings may still sign what they knew") {
  History history;
  history.policy.suites[0].expiry = {1, 10};
  history.policy.sibling_days = 7;
  history.policy.log_keys.resize(2);
  REQUIRE(history.publish(history.set("a"), 1).ok());
  REQUIRE(history.publish(history.set("b"), 2).ok());
  REQUIRE(history.publish(history.set("b"), 16 * kDay).ok());
  CHECK(history.host.trash.empty());
  REQUIRE(history.publish(history.set("b"), 17 * kDay + 2).ok());
  CHECK(history.host.trash == std::set<std::string>{History::by_hash("a")});
}

TEST_CASE("expiry: a package goes by the suites that it was in") {
  History history;
  TestRepository& test = history.test;
  const std::string path = "pool/main/h/hm-test/hm-test_1.0-1_amd64.deb";
  history.policy.suites[0].expiry = {2, 10};
  REQUIRE(test.include({{}}).ok());
  REQUIRE(history.publish(history.set("a", {path}), 1).ok());
  REQUIRE(remove_packages(test.repository(),
                          std::vector<PackageName>{{"stable", "hm-test", "1.0-1", ""}})
              .ok());
  REQUIRE(history.publish(history.set("b"), 2).ok());
  // The generation before this one names it.
  REQUIRE(history.publish(history.set("b"), 30 * kDay).ok());
  CHECK(history.host.trash.empty());
  REQUIRE(history.publish(history.set("c"), 31 * kDay).ok());
  CHECK(history.host.trash.contains(path));
}

TEST_CASE("expiry: an app goes by the policy's days, the release log never") {
  History history;
  history.policy.expiry = {3, 10};
  auto first = history.set("a", {"apk/a.apk", "log/t1/tile/0/000", "other/file"});
  REQUIRE(history.publish(first, 1).ok());
  REQUIRE(history.publish(history.set("a"), 2).ok());
  REQUIRE(history.publish(history.set("a"), 10 * kDay).ok());
  CHECK(history.host.trash.empty());
  REQUIRE(history.publish(history.set("a"), 11 * kDay).ok());
  CHECK(history.host.trash == std::set<std::string>{"apk/a.apk"});
}

TEST_CASE("expiry: checksums that were taken away go by the policy's days") {
  History history;
  history.policy.expiry = {1, 10};
  const std::string list = "releases/tool/1.0/SHA256SUMS";
  REQUIRE(history.publish(history.set("a", {list}), kDay).ok());
  REQUIRE(history.publish(history.set("a"), 2 * kDay).ok());
  REQUIRE(history.publish(history.set("a"), 11 * kDay).ok());
  CHECK(history.host.trash.empty());
  REQUIRE(history.publish(history.set("a"), 12 * kDay).ok());
  CHECK(history.host.trash == std::set<std::string>{list});
}

TEST_CASE("expiry: a changelog goes by the policy's days, unless a package here has it") {
  History history;
  history.policy.expiry = {3, 10};
  const std::string gone = "changelogs/main/t/tool/tool_1_changelog";
  const std::string here = "changelogs/main/t/tool/tool_2_changelog";
  REQUIRE(
      history.test.repository()
          .state.add_changelog(history.file("pool/main/t/tool/tool_2_all.deb"), history.file(here))
          .ok());
  REQUIRE(history.publish(history.set("a", {gone, here}), 1).ok());
  REQUIRE(history.publish(history.set("a"), 2).ok());
  REQUIRE(history.publish(history.set("a"), 10 * kDay).ok());
  CHECK(history.host.trash.empty());
  REQUIRE(history.publish(history.set("a"), 11 * kDay).ok());
  CHECK(history.host.trash == std::set<std::string>{gone});
}

TEST_CASE("expiry: what another suite has here stays, whether that is published or not") {
  History history;
  TestRepository& test = history.test;
  const std::string path = "pool/main/h/hm-test/hm-test_1.0-1_amd64.deb";
  history.policy.suites[0].expiry = {1, 0};
  REQUIRE(test.include({{}}).ok());
  REQUIRE(history.publish(history.set("a", {path}), 1).ok());
  REQUIRE(test.include({{}}, {"testing", "main"}).ok());
  const auto taken_from = [&test](const std::string& suite) {
    return remove_packages(test.repository(),
                           std::vector<PackageName>{{suite, "hm-test", "1.0-1", ""}})
        .ok();
  };
  REQUIRE(taken_from("stable"));
  REQUIRE(history.publish(history.set("b"), 2 * kDay).ok());
  REQUIRE(history.publish(history.set("b"), 90 * kDay).ok());
  CHECK_FALSE(history.host.trash.contains(path));
  SECTION("nor when it came there after its time began") {
    REQUIRE(taken_from("testing"));
    history.policy.suites[0].expiry = {1, 10};
    REQUIRE(history.publish(history.set("b"), 91 * kDay).ok());
    REQUIRE(test.include({{}}, {"testing", "main"}).ok());
    REQUIRE(history.publish(history.set("b"), 190 * kDay).ok());
    CHECK_FALSE(history.host.trash.contains(path));
  }
  SECTION("and goes when nothing has it") {
    REQUIRE(taken_from("testing"));
    REQUIRE(history.publish(history.set("b"), 91 * kDay).ok());
    CHECK_FALSE(history.host.trash.contains(path));  // "testing" goes by the policy's 14 days
    REQUIRE(history.publish(history.set("c"), 105 * kDay).ok());
    CHECK(history.host.trash.contains(path));
  }
}

TEST_CASE("expiry: of apps nothing goes while the host keeps an index that is not ours to name") {
  History history;
  history.policy.expiry = {1, 0};
  REQUIRE(history.publish(history.set("a", {"apk/a.apk", "apk/entry.jar"}), 1).ok());
  history.apps_named = false;
  REQUIRE(history.publish(history.set("a"), 90 * kDay).ok());
  CHECK(history.host.trash.empty());
  history.apps_named = true;
  REQUIRE(history.publish(history.set("a", {"apk/entry.jar"}), 91 * kDay).ok());
  CHECK(history.host.trash == std::set<std::string>{"apk/a.apk"});
}

TEST_CASE("expiry: whose index of apps a host has") {
  History history;
  const std::vector<ServedFile> with = {history.file("apk/entry.jar")};
  Policy policy;
  CHECK(names_all_apps(policy, false, {}));
  CHECK_FALSE(names_all_apps(policy, true, {}));
  policy.fdroid.emplace();
  CHECK_FALSE(names_all_apps(policy, false, {}));
  CHECK_FALSE(names_all_apps(policy, true, {}));
  CHECK(names_all_apps(policy, true, with));
}

TEST_CASE("expiry: a clock that was wrong once is forgotten") {
  History history;
  history.policy.suites[0].expiry = {1, 10};
  REQUIRE(history.publish(history.set("a"), 1).ok());
  REQUIRE(history.publish(history.set("b"), 2, 9000 * kDay).ok());
  REQUIRE(history.publish(history.set("b"), 2 * kDay).ok());
  REQUIRE(history.publish(history.set("b"), 11 * kDay).ok());
  CHECK(history.host.trash.empty());
  REQUIRE(history.publish(history.set("b"), 12 * kDay).ok());
  CHECK(history.host.trash.contains(History::by_hash("a")));
}

TEST_CASE("expiry: one clock that is ahead makes nothing go") {
  History history;
  history.policy.suites[0].expiry = {1, 10};
  REQUIRE(history.publish(history.set("a"), 1).ok());
  SECTION("when time has passed") {
    REQUIRE(history.publish(history.set("b"), 2).ok());
    REQUIRE(history.publish(history.set("b"), 500 * kDay, kDay).ok());
    REQUIRE(history.publish(history.set("b"), kDay, 500 * kDay).ok());
    REQUIRE(history.publish(history.set("b"), 500 * kDay, 0).ok());
    CHECK(history.host.trash.empty());
  }
  SECTION("when it begins") {
    REQUIRE(history.publish(history.set("b"), 20 * kDay, 2).ok());
    REQUIRE(history.publish(history.set("b"), 21 * kDay).ok());
    CHECK(history.host.trash.empty());
    REQUIRE(history.publish(history.set("b"), 30 * kDay).ok());
    CHECK_FALSE(history.host.trash.empty());
  }
}

TEST_CASE("expiry: a host that does not move files keeps them, and their record") {
  History history;
  history.policy.suites[0].expiry = {1, 0};
  REQUIRE(history.publish(history.set("a"), 1).ok());
  SECTION("no trash folder") {
    history.host.problem = "has no trash folder";
    const auto expired = history.publish(history.set("b"), 2);
    REQUIRE((expired.ok() && expired->moved == 0 && expired->waiting == 1));
    CHECK(expired->problem.find("has no trash folder") != std::string::npos);
  }
  SECTION("away") {
    history.host.away = true;
    const auto expired = history.publish(history.set("b"), 2);
    REQUIRE((expired.ok() && expired->moved == 0));
    CHECK(expired->problem.find("went away") != std::string::npos);
  }
  SECTION("away, before it is seen what was moved") {
    history.host.goes_away = true;
    const auto expired = history.publish(history.set("b"), 2);
    REQUIRE((expired.ok() && expired->moved == 0 && expired->waiting == 1));
    CHECK(expired->problem.find("went away") != std::string::npos);
    history.host.goes_away = false;
  }
  SECTION("one file of two") {
    history.host.stuck = {History::by_hash("a")};
    history.host.problem = "no such file";
    REQUIRE(history.publish(history.set("b"), 2).ok());
    const auto expired = history.publish(history.set("c"), 3);
    REQUIRE((expired.ok() && expired->moved == 1 && expired->waiting == 1));
    CHECK(history.host.trash == std::set<std::string>{History::by_hash("b")});
  }
  history.host.stuck.clear();
  history.host.problem.clear();
  history.host.away = false;
  const auto expired = history.publish(history.set("c"), 4);
  REQUIRE(expired.ok());
  CHECK(expired->moved >= 1);
  CHECK(expired->problem.empty());
  CHECK(history.host.trash.contains(History::by_hash("a")));
  CHECK(history.publish(history.set("c"), 5)->moved == 0);
}

TEST_CASE("expiry: what is gone already is put on record, whatever the host said") {
  History history;
  history.policy.suites[0].expiry = {1, 0};
  REQUIRE(history.publish(history.set("a"), 1).ok());
  history.host.trash.insert(History::by_hash("a"));
  history.host.problem = "no such file";
  history.host.stuck = {History::by_hash("a")};
  const auto expired = history.publish(history.set("b"), 2);
  REQUIRE((expired.ok() && expired->moved == 1 && expired->problem.empty()));
}

}  // namespace
}  // namespace hallmark::publisher_test
