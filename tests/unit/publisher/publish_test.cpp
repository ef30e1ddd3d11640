// Publishing to a host that fails at any operation, and what its readers see meanwhile.
#include "publisher/transfer/publish.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <set>
#include <sstream>

#include "core/deb822.hpp"
#include "core/digest.hpp"
#include "tests/unit/publisher/repository_fixtures.hpp"

namespace hallmark::publisher_test {
namespace {

// A host in memory. Each operation that changes it counts; number `fail_at` and all after it fail.
class FakeHost : public RemoteFiles {
 public:
  std::map<std::string, std::string> files;
  std::set<std::string> folders;
  std::vector<std::string> stored;  // in order
  std::size_t fail_at = SIZE_MAX;
  std::size_t operations = 0;
  int64_t time = 1;  // when each file was stored
  std::function<void()> after_each = [] {};

  Result<std::vector<std::optional<RemoteFile>>> look_at(
      const std::vector<std::string>& paths) override {
    std::vector<std::optional<RemoteFile>> out;
    for (const std::string& path : paths) {
      const auto found = files.find(path);
      out.emplace_back();
      if (found != files.end()) out.back() = RemoteFile{found->second.size(), time};
    }
    return out;
  }

  Status make_folders(const std::vector<std::string>& names) override {
    for (const std::string& name : names) {
      HALLMARK_CHECK(operate());
      folders.insert(name);
    }
    return ok_status();
  }

  Status put(std::span<const Upload> uploads, PutObserver& observer) override {
    for (const Upload& upload : uploads) {
      const std::string& path = upload.file.path;
      REQUIRE(folders.contains(path.substr(0, path.rfind('/'))));
      HALLMARK_TRY(const UniqueFd fd, upload.open());
      HALLMARK_TRY(const std::string bytes, read_all(fd.get(), uint64_t{1} << 30U, path));
      REQUIRE(sha256(bytes) == upload.file.sha256);
      HALLMARK_CHECK(operate());  // the temporary file
      HALLMARK_CHECK(operate());  // the rename
      files[path] = bytes;
      stored.push_back(path);
      observer.on_bytes(bytes.size());
      HALLMARK_CHECK(observer.on_stored(upload.file));
      after_each();
    }
    return ok_status();
  }

  std::map<std::string, std::string> trash;
  Status discard(const std::vector<std::string>& paths) override {
    for (const std::string& path : paths) {
      HALLMARK_CHECK(operate());
      const auto found = files.find(path);
      if (found == files.end()) continue;
      trash[path] = found->second;
      files.erase(found);
      after_each();
    }
    return ok_status();
  }

  // By what readers could get: everything that the signed index names, in its by-hash form.
  void check_consistent() const {
    for (const auto& [path, text] : files) {
      if (!path.ends_with("/InRelease")) continue;
      check_release(path.substr(0, path.rfind('/')), text);
    }
  }

 private:
  Status operate() {
    if (operations >= fail_at) return remote_error("host", "went away");
    ++operations;
    return ok_status();
  }

  void check_release(const std::string& folder, const std::string& inrelease) const {
    std::istringstream words(inrelease.substr(inrelease.find("SHA256:") + 7));
    std::string digest;
    std::string size;
    std::string path;
    while (words >> digest >> size >> path && digest.size() == 64) {
      const std::string name = folder + "/" + path;
      const std::string by_hash = name.substr(0, name.rfind('/')) + "/by-hash/SHA256/" + digest;
      INFO(by_hash);
      REQUIRE(files.contains(by_hash));
      REQUIRE(sha256(files.at(by_hash)).hex() == digest);
      if (path.ends_with("/Packages")) check_packages(files.at(by_hash));
    }
  }

  void check_packages(const std::string& text) const {
    const auto stanzas = parse_deb822(text, "Packages");
    REQUIRE(stanzas.ok());
    for (const Deb822Paragraph& stanza : *stanzas) {
      const std::string& path = *stanza.find("Filename");
      INFO(path);
      REQUIRE(files.contains(path));
      REQUIRE(sha256(files.at(path)).hex() == *stanza.find("SHA256"));
    }
  }
};

// Serves what the fake host holds, or `lie` instead of one path.
class FakeServed : public ServedCheck {
 public:
  explicit FakeServed(const FakeHost& host) : host_(host) {}
  std::string lie;
  bool unreachable = false;
  std::vector<std::string> asked;

  Status compare(const std::string& url, std::span<const ServedFile> wanted,
                 const std::function<void(const ServedFile&)>& on_good,
                 const std::function<void(const ServedFile&)>& on_mismatch) override {
    if (unreachable) return remote_error(url, "does not answer");
    Status verdict = ok_status();
    for (const ServedFile& file : wanted) {
      asked.push_back(file.path);
      if (file.path != lie && sha256(host_.files.at(file.path)) == file.sha256) {
        on_good(file);
      } else {
        on_mismatch(file);
        verdict = verification_error(url + "/" + file.path, "is not what it should be");
      }
    }
    return verdict;
  }

 private:
  const FakeHost& host_;
};

PackageHost test_host() {
  PackageHost host;
  host.name = "h1";
  host.urls = {"http://a.example.org", "http://b.example.org"};
  return host;
}

Result<HostReport> publish(TestRepository& test, FakeHost& host, ServedCheck& served) {
  const auto plan = make_publish_plan(test.repository());
  REQUIRE(plan.ok());
  return publish_to_host(test.repository().state, test_host(), *plan, host, served,
                         [](const Json&) {});
}

Result<HostReport> publish(TestRepository& test, FakeHost& host) {
  FakeServed served(host);
  return publish(test, host, served);
}

TEST_CASE("publish: everything, InRelease last") {
  TestRepository test;
  test.include_compose_attach({{}});
  FakeHost host;
  const auto report = publish(test, host);
  REQUIRE(report.ok());
  CHECK(report->uploaded == host.files.size());
  CHECK(report->checked == 2 * host.files.size());
  CHECK(host.stored.front().starts_with("pool/"));
  CHECK(host.stored.back() == "dists/stable/InRelease");
  host.check_consistent();
  for (const auto& [path, bytes] : host.files) {
    INFO(path);
    CHECK(bytes == test.read(path));
  }
}

TEST_CASE("publish: again, and nothing is sent") {
  TestRepository test;
  test.include_compose_attach({{}});
  FakeHost host;
  REQUIRE(publish(test, host).ok());
  test.reopen();
  FakeServed served(host);
  const auto again = publish(test, host, served);
  REQUIRE(again.ok());
  CHECK(again->uploaded == 0);
  const std::set<std::string> asked(served.asked.begin(), served.asked.end());
  CHECK(asked == std::set<std::string>{"dists/stable/InRelease", "dists/stable/Release",
                                       "dists/stable/Release.gpg"});
}

TEST_CASE("publish: stopped at every operation, run again: done, and readers never see a gap") {
  TestRepository test;
  test.include_compose_attach({{}});
  const auto old_plan = make_publish_plan(test.repository());
  REQUIRE(old_plan.ok());
  test.include_compose_attach({{"other", "1", "amd64", "x"}, {"hm-test", "2", "amd64", "x"}});
  const auto new_plan = make_publish_plan(test.repository());
  REQUIRE(new_plan.ok());

  PackageHost name = test_host();
  std::size_t fail_at = 0;
  for (bool stopped = true; stopped; ++fail_at) {
    name.name = "host " + std::to_string(fail_at);
    FakeHost host;
    FakeServed served(host);
    const auto publish_plan = [&](const std::vector<PublishStage>& plan) {
      return publish_to_host(test.repository().state, name, plan, host, served, [](const Json&) {});
    };
    REQUIRE(publish_plan(*old_plan).ok());
    host.after_each = [&host] { host.check_consistent(); };
    host.fail_at = host.operations + fail_at;
    const auto first = publish_plan(*new_plan);
    host.check_consistent();
    stopped = !first.ok();
    if (!stopped) break;
    CHECK(first.error().kind == ErrorKind::kRemote);

    host.fail_at = SIZE_MAX;
    const std::size_t stored_before = host.stored.size();
    const auto second = publish_plan(*new_plan);
    REQUIRE(second.ok());
    CHECK(second->uploaded == host.stored.size() - stored_before);
    CHECK(host.files.at("dists/stable/InRelease") == test.read("dists/stable/InRelease"));
    // Nothing that was stored is sent a second time.
    CHECK(std::count(host.stored.begin(), host.stored.end(),
                     "pool/main/h/hm-test/hm-test_2_amd64.deb") == 1);
  }
  CHECK(fail_at > 20);
}

TEST_CASE("publish: stopped at every operation until what has expired is in the trash") {
  TestRepository test;
  test.include_compose_attach({{}});
  const std::string index = "dists/stable/main/binary-amd64/Packages";
  const std::string old_index = by_hash_path({index, 0, sha256(test.read(index))});
  const auto old_plan = make_publish_plan(test.repository());
  REQUIRE(old_plan.ok());
  test.include_compose_attach({{"other", "1", "amd64", "x"}, {"third", "1", "arm64", "x"}});
  const auto new_plan = make_publish_plan(test.repository());
  REQUIRE(new_plan.ok());

  Policy policy = test_policy();
  policy.suites.front().expiry = {1, 0};
  PackageHost name = test_host();
  std::size_t fail_at = 0;
  for (bool stopped = true; stopped; ++fail_at) {
    name.name = "host " + std::to_string(fail_at);
    FakeHost host;
    FakeServed served(host);
    const auto publish_and_expire = [&](const std::vector<PublishStage>& plan) -> Status {
      RepositoryState& state = test.repository().state;
      const auto report = publish_to_host(state, name, plan, host, served, [](const Json&) {});
      if (!report.ok()) return report.error();
      const auto expired = expire_on_host(state, name.name, {policy, 1}, files_of(plan), host);
      REQUIRE(expired.ok());
      if (expired->waiting > 0) return failed("host", expired->problem);
      return ok_status();
    };
    REQUIRE(publish_and_expire(*old_plan).ok());
    REQUIRE(host.files.contains(old_index));
    host.after_each = [&host] { host.check_consistent(); };
    host.fail_at = host.operations + fail_at;
    stopped = !publish_and_expire(*new_plan).ok();
    host.fail_at = SIZE_MAX;
    REQUIRE(publish_and_expire(*new_plan).ok());
    host.check_consistent();
    CHECK_FALSE(host.files.contains(old_index));
    CHECK(host.trash.contains(old_index));
    // And back: what is in the trash and named again is stored again.
    REQUIRE(publish_and_expire(*old_plan).ok());
    host.check_consistent();
    CHECK(host.files.contains(old_index));
  }
  CHECK(fail_at > 20);
}

TEST_CASE("publish: what was to expire and is named again stays") {
  constexpr int64_t kDay = 24 * 60 * 60;
  TestRepository test;
  test.include_compose_attach({{}});
  const std::string index = "dists/stable/main/binary-amd64/Packages";
  const std::string old_index = by_hash_path({index, 0, sha256(test.read(index))});
  const auto old_plan = make_publish_plan(test.repository(), true);
  test.include_compose_attach({{"other", "1", "amd64", "x"}});
  const auto new_plan = make_publish_plan(test.repository(), true);
  REQUIRE((old_plan.ok() && new_plan.ok()));
  Policy policy = test_policy();
  policy.suites.front().expiry = {1, 10};
  FakeHost host;
  FakeServed served(host);
  int64_t day = 0;
  for (const auto* plan : {&*old_plan, &*new_plan, &*old_plan}) {
    day += 20;
    host.time = day * kDay;
    RepositoryState& state = test.repository().state;
    REQUIRE(publish_to_host(state, test_host(), *plan, host, served, [](const Json&) {}).ok());
    const auto expired =
        expire_on_host(state, test_host().name, {policy, day * kDay}, files_of(*plan), host);
    REQUIRE((expired.ok() && expired->waiting == 0));
    host.check_consistent();
    CHECK(host.files.contains(old_index));
  }
}

TEST_CASE("publish: a host that was reset gets everything again") {
  TestRepository test;
  test.include_compose_attach({{}});
  FakeHost host;
  REQUIRE(publish(test, host).ok());
  const std::size_t all = host.files.size();
  host.files.clear();
  const auto again = publish(test, host);
  REQUIRE(again.ok());
  CHECK(again->uploaded == all);
}

TEST_CASE("publish: a served file with other bytes is refused by name, and sent anew next time") {
  TestRepository test;
  test.include_compose_attach({{}});
  FakeHost host;
  FakeServed served(host);
  served.lie = "pool/main/h/hm-test/hm-test_1.0-1_amd64.deb";
  const auto refused = publish(test, host, served);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().kind == ErrorKind::kVerification);
  CHECK(refused.error().subject == "http://a.example.org/" + served.lie);
  served.lie.clear();
  const auto again = publish(test, host, served);
  REQUIRE(again.ok());
  CHECK(again->uploaded == 1);
}

TEST_CASE("publish: what no address could be asked about is asked the next time") {
  TestRepository test;
  test.include_compose_attach({{}});
  FakeHost host;
  FakeServed served(host);
  served.unreachable = true;
  const auto failed_check = publish(test, host, served);
  REQUIRE_FALSE(failed_check.ok());
  CHECK(failed_check.error().kind == ErrorKind::kRemote);
  served.unreachable = false;
  const auto again = publish(test, host, served);
  REQUIRE(again.ok());
  CHECK(again->uploaded == 0);
  CHECK(again->checked == 2 * host.files.size());
}

TEST_CASE("publish: what was composed and not signed stays here") {
  TestRepository test;
  test.include_compose_attach({{}});
  const std::string signed_index = test.read("dists/stable/main/binary-amd64/Packages");
  REQUIRE(test.include({{"unsigned", "1", "amd64", "x"}}).ok());
  test.compose();
  FakeHost host;
  REQUIRE(publish(test, host).ok());
  host.check_consistent();
  CHECK(host.files.at("dists/stable/main/binary-amd64/Packages") == signed_index);
  CHECK_FALSE(host.files.contains("pool/main/u/unsigned/unsigned_1_amd64.deb"));
}

TEST_CASE("publish: nothing signed, or no host, is said") {
  TestRepository test;
  const auto no_host = publish_to_hosts(test.repository(), {}, {}, "/nowhere", [](const Json&) {});
  REQUIRE_FALSE(no_host.ok());
  CHECK(no_host.error().kind == ErrorKind::kUsage);
  const auto empty =
      publish_to_hosts(test.repository(), {}, {test_host()}, "/nowhere", [](const Json&) {});
  REQUIRE_FALSE(empty.ok());
  CHECK(empty.error().message().find("nothing that is signed") != std::string::npos);
}

}  // namespace
}  // namespace hallmark::publisher_test
