// What the tree holds, held against the state: what goes, what stays, and what is wrong.
#include "publisher/repository/inventory.hpp"

#include <unistd.h>

#include <fstream>

#include "publisher/repository/tree_check.hpp"
#include "tests/unit/publisher/repository_fixtures.hpp"

namespace hallmark::publisher_test {
namespace {

const std::string kPool = "pool/main/h/hm-test/hm-test_1.0-1_amd64.deb";

GarbageRules one_host(bool dry_run = false) { return {{"h1"}, false, dry_run}; }

std::vector<std::string> paths_of(const Garbage& garbage) {
  std::vector<std::string> out;
  for (const TreeFile& file : garbage.files) out.push_back(file.path);
  return out;
}

void write(TestRepository& test, const std::string& path, const std::string& text) {
  std::filesystem::create_directories(std::filesystem::path(test.tree(path)).parent_path());
  std::ofstream(test.tree(path)) << text;
}

std::vector<std::string> faults_of(TestRepository& test, bool deep) {
  const ProgressSink silent = [](const Json&) {};
  const auto report = check_tree(test.repository(), deep ? &silent : nullptr);
  REQUIRE(report.ok());
  std::vector<std::string> out;
  for (const TreeFault& fault : report->faults) out.push_back(fault.fault + " " + fault.path);
  return out;
}

TEST_CASE("gc: of a repository that is in order nothing goes") {
  TestRepository test;
  test.include_compose_attach({{}});
  REQUIRE(test.include({{"pending", "1", "all", "x"}}).ok());
  test.compose();
  const auto garbage = collect_garbage(test.repository(), one_host());
  REQUIRE(garbage.ok());
  CHECK(paths_of(*garbage).empty());
  CHECK(faults_of(test, true).empty());
}

TEST_CASE("gc: indices that nothing names any more") {
  TestRepository test;
  test.include_compose_attach({{}});
  test.include_compose_attach({{"other", "1", "amd64", "x"}});
  const auto planned = collect_garbage(test.repository(), one_host(true));
  REQUIRE(planned.ok());
  CHECK(planned->files.size() == 3);  // plain, gz and xz of amd64 alone
  CHECK(planned->bytes > 0);
  for (const std::string& path : paths_of(*planned)) CHECK(test.is_there(path));
  const auto garbage = collect_garbage(test.repository(), one_host());
  REQUIRE(garbage.ok());
  CHECK(paths_of(*garbage) == paths_of(*planned));
  for (const std::string& path : paths_of(*garbage)) CHECK_FALSE(test.is_there(path));
  CHECK(faults_of(test, true).empty());
  CHECK_FALSE(test.compose().changed);
}

TEST_CASE("gc: a package that was taken out stays for as long as a host has it") {
  TestRepository test;
  test.include_compose_attach({{}, {"other", "1", "amd64", "x"}});
  const auto file = test.repository().state.pool_file(kPool);
  REQUIRE((file.ok() && file->has_value()));
  REQUIRE(test.repository().state.set_host_file("h1", **file).ok());
  REQUIRE(remove_packages(test.repository(),
                          std::vector<PackageName>{{"stable", "hm-test", "1.0-1", ""}})
              .ok());
  test.compose();
  REQUIRE(collect_garbage(test.repository(), one_host()).ok());
  REQUIRE(test.is_there(kPool));
  SECTION("until it expired there") {
    REQUIRE(test.repository().state.forget_host_file("h1", kPool).ok());
    CHECK(paths_of(*collect_garbage(test.repository(), one_host())) ==
          std::vector<std::string>{kPool});
  }
  SECTION("until it is said that nothing is kept for a host that there is no longer") {
    for (const GarbageRules& kept : {GarbageRules{{"h2"}, false, false}, {{"h2"}, true, true}}) {
      const auto garbage = collect_garbage(test.repository(), kept);
      REQUIRE((garbage.ok() && garbage->former_hosts == std::vector<std::string>{"h1"}));
      CHECK(test.is_there(kPool));
      CHECK_FALSE(test.repository().state.host_files("h1")->empty());
    }
    REQUIRE(collect_garbage(test.repository(), {{"h2"}, true, false}).ok());
    CHECK(test.repository().state.host_files("h1")->empty());
  }
  CHECK_FALSE(test.is_there(kPool));
  CHECK_FALSE(test.is_there("pool/main/h/hm-test"));
  CHECK(test.is_there("pool/main/o/other/other_1_amd64.deb"));
  CHECK(faults_of(test, true).empty());
}

TEST_CASE("gc: what a crash left goes, and what is none of its business stays") {
  TestRepository test;
  test.include_compose_attach({{}});
  write(test, "pool/main/x/x_1_all.deb", "x");
  write(test, "elsewhere/file", "x");
  write(test, "../incoming/1-1", "x");
  CHECK(paths_of(*collect_garbage(test.repository(), one_host())) ==
        std::vector<std::string>{"pool/main/x/x_1_all.deb"});
  CHECK(test.is_there("elsewhere/file"));
  CHECK(test.nothing_incoming());
}

TEST_CASE("check: each fault by name") {
  TestRepository test;
  test.include_compose_attach({{}, {"other", "1", "amd64", "x"}});
  test.include_compose_attach({{"third", "1", "amd64", "x"}});
  REQUIRE(faults_of(test, true).empty());
  const std::string index =
      by_hash_path(test.repository().state.release_indices("stable")->front());
  SECTION("missing") {
    REQUIRE(::unlink(test.tree(kPool).c_str()) == 0);
    REQUIRE(::unlink(test.tree(index).c_str()) == 0);
    CHECK(faults_of(test, false) ==
          std::vector<std::string>{"missing " + index, "missing " + kPool});
  }
  SECTION("not what a crash leaves, after files were written and before the state says so") {
    const std::string plain = "dists/stable/main/binary-amd64/Packages";
    REQUIRE(::unlink(test.tree(plain).c_str()) == 0);  // else its by-hash name changes too
    write(test, plain, "newer");
    for (const char* name : {"Release", "Release.gpg", "InRelease"}) {
      write(test, std::string("dists/stable/") + name, "newer");
    }
    CHECK(faults_of(test, true).empty());
    CHECK(collect_garbage(test.repository(), one_host())->files.size() == 3);
  }
  SECTION("extra") {
    write(test, "pool/x.deb", "x");
    REQUIRE(::symlink("/etc/passwd", test.tree("pool/y.deb").c_str()) == 0);
    CHECK(faults_of(test, false) ==
          std::vector<std::string>{"extra pool/x.deb", "extra pool/y.deb"});
  }
  SECTION("size") {
    write(test, kPool, "x");
    CHECK(faults_of(test, false) == std::vector<std::string>{"size " + kPool});
    CHECK(faults_of(test, true) == std::vector<std::string>{"size " + kPool});
  }
  SECTION("digest") {
    std::string bytes = test.read(kPool);
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    write(test, kPool, bytes);
    CHECK(faults_of(test, false).empty());
    CHECK(faults_of(test, true) == std::vector<std::string>{"digest " + kPool});
  }
  SECTION("an older index that is not what its name says") {
    const auto old = collect_garbage(test.repository(), one_host(true));
    REQUIRE((old.ok() && !old->files.empty()));
    const std::string path = old->files.front().path;
    write(test, path, "x");
    CHECK(faults_of(test, false).empty());
    CHECK(faults_of(test, true) == std::vector<std::string>{"digest " + path});
  }
}

}  // namespace
}  // namespace hallmark::publisher_test
