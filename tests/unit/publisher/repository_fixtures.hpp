// What the publisher's tests are made of: a repository in a folder of its own, packages made on the
// spot, and Release files that nobody signed (the publisher does not judge signatures).
#pragma once

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "publisher/repository/repository.hpp"
#include "tests/unit/tools.hpp"
#include "tests/unit/verify/deb_fixtures.hpp"

namespace hallmark::publisher_test {

struct TestDeb {
  std::string package = "hm-test";
  std::string version = "1.0-1";
  std::string architecture = "amd64";
  std::string summary = "a test";
};

inline std::string deb_bytes(const TestDeb& deb) {
  return deb_test::deb_of_control(
      "Package: " + deb.package + "\nVersion: " + deb.version +
      "\nArchitecture: " + deb.architecture +
      "\nMaintainer: A Person <person@example.org>\nDescription: " + deb.summary + "\n");
}

inline Policy test_policy() {
  Policy policy;
  SuitePolicy stable;
  stable.name = "stable";
  stable.components = {"main", "contrib"};
  stable.architectures = {"amd64", "arm64"};
  SuitePolicy testing = stable;
  testing.name = "testing";
  policy.suites = {stable, testing};
  return policy;
}

class TestRepository {
 public:
  TestRepository() : layout_{folder_.path("root")}, policy_(test_policy()) {
    REQUIRE(make_dirs(layout_.push(), 0755).ok());
    reopen();
  }

  // As a new process would.
  void reopen() {
    opened_.clear();
    Result<Repository> opened = Repository::open(layout_);
    REQUIRE(opened.ok());
    opened_.push_back(std::move(*opened));
  }

  Repository& repository() { return opened_.front(); }
  const Layout& layout() const { return layout_; }
  const Policy& policy() const { return policy_; }
  Policy& edited_policy() { return policy_; }

  Result<Included> include_bytes(const std::vector<std::string>& files,
                                 const Destination& destination = {"stable", "main"}) {
    std::vector<UniqueFd> fds;
    std::vector<int> numbers;
    for (const std::string& bytes : files) {
      fds.push_back(deb_test::memory_file(bytes));
      numbers.push_back(fds.back().get());
    }
    return include_packages(repository(), policy_, destination, numbers);
  }

  Result<Included> include(const std::vector<TestDeb>& debs,
                           const Destination& destination = {"stable", "main"}) {
    std::vector<std::string> files;
    for (const TestDeb& deb : debs) files.push_back(deb_bytes(deb));
    return include_bytes(files, destination);
  }

  ComposedSuite compose(const std::string& suite = "stable") {
    Result<ComposedSuite> composed = compose_suite(repository(), *policy_.suite(suite));
    REQUIRE(composed.ok());
    return *composed;
  }

  // A Release of the indices as they were composed.
  Release release_of(const ComposedSuite& composed) const {
    const std::string folder = "dists/" + composed.suite + "/";
    std::string text = "Origin: test\nSuite: " + composed.suite + "\nSHA256:\n";
    for (const ServedFile& file : composed.indices) {
      text += " " + file.sha256.hex() + " " + std::to_string(file.size) + " " +
              file.path.substr(folder.size()) + "\n";
    }
    return signed_release(composed.suite, text);
  }

  static Release signed_release(const std::string& suite, const std::string& text) {
    const std::string signature =
        "-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n";
    return Release{suite, 0, text, signature,
                   "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n" + text + signature};
  }

  void include_compose_attach(const std::vector<TestDeb>& debs) {
    REQUIRE(include(debs).ok());
    const ComposedSuite composed = compose();
    REQUIRE(attach_release(repository(), release_of(composed)).ok());
  }

  std::string tree(const std::string& path) const { return (layout_.tree() / path).string(); }
  std::string read(const std::string& path) const {
    auto text = read_file(tree(path), uint64_t{1} << 30U);
    REQUIRE(text.ok());
    return *text;
  }
  bool is_there(const std::string& path) const { return std::filesystem::exists(tree(path)); }
  bool nothing_incoming() const { return std::filesystem::is_empty(layout_.push() / "incoming"); }

 private:
  test::TestFolder folder_;
  Layout layout_;
  Policy policy_;
  std::vector<Repository> opened_;
};

}  // namespace hallmark::publisher_test
