// The package of the policy's keys: nothing is accepted under its name but what repo keyring makes.
#include <catch2/catch_test_macros.hpp>

#include "core/model/keyring_files.hpp"
#include "tests/unit/signer/sibling_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

const std::string kRule = "keyring-package-has-the-policys-keys";
const std::string kKeyringPath = "usr/share/keyrings/example-archive-keyring.asc";
const std::string kConfiguration = "etc/apt/apt.conf.d/52example-archive-keyring.conf";

Json with_clients(Json policy) {
  policy["origin"] = "Demo";
  policy["clients"] = {{"name", "example"},
                       {"address", "https://packages.example.org"},
                       {"contact", "Example <packages@example.org>"}};
  return policy;
}

using deb_test::TarEntry;

class KeyringTerminal : public TestTerminal {
 public:
  KeyringTerminal() {
    policy_text = with_clients(policy_json()).dump();
    install();
  }

  KeyringFiles files(bool unattended_upgrades = false) const {
    const auto policy = parse_policy(policy_text, "policy.json");
    REQUIRE(policy.ok());
    return keyring_files(*policy, "keys " + kFingerprint + "\n", "1.0-1", unattended_upgrades);
  }
  static std::string deb_of(const KeyringFiles& files, const std::vector<TarEntry>& more = {}) {
    std::vector<TarEntry> control = {{"./", "", '5'}};
    for (const auto& [name, text] : files.control) control.push_back({"./" + name, text});
    std::vector<TarEntry> data = {{"./", "", '5'}, {"./usr/", "", '5'}};
    for (const auto& [path, text] : files.data) data.push_back({"./" + path, text});
    data.insert(data.end(), more.begin(), more.end());
    auto members = deb_test::deb_members(deb_test::tar(control));
    members.at(2).content = deb_test::tar(data);
    return deb_test::ar(members);
  }
  TestRelease release_with(const std::string& deb) {
    return deb_release({{"example-archive-keyring", "1.0-1", "all", "", {}, deb}});
  }
  void refused(const std::string& deb, const std::string& words) {
    check_refused(*this, accept(release_with(deb)), kRule, words);
  }
};

TEST_CASE_METHOD(KeyringTerminal, "keyring package: as repo keyring makes it") {
  const KeyringFiles made = files(true);
  const test::TestFolder folder;
  for (const auto& [name, text] : made.control) folder.write("package/DEBIAN/" + name, text);
  for (const auto& [path, text] : made.data) folder.write("package/" + path, text);
  test::run_tool("/usr/bin/chmod", {"-R", "u=rwX,go=rX", folder.path("package")});
  test::run_tool("/usr/bin/dpkg-deb", {"--build", "--root-owner-group", "-Zxz",
                                       folder.path("package"), folder.path("made.deb")});
  must_accept(release_with(folder.read("made.deb")));
}

TEST_CASE_METHOD(KeyringTerminal, "keyring package: without the configuration") {
  must_accept(release_with(deb_of(files())));
}

TEST_CASE_METHOD(KeyringTerminal, "keyring package: what gpg writes on another day is no matter") {
  keys.also_exported = "without what has expired\n";
  must_accept(release_with(deb_of(files())));
}

TEST_CASE_METHOD(KeyringTerminal, "keyring package: forgeries") {
  KeyringFiles forged = files();
  forged.data[kKeyringPath] += "keys " + std::string(40, 'B') + "\n";
  refused(deb_of(forged), "has another " + kKeyringPath);
  forged = files();
  forged.data.clear();
  refused(deb_of(forged), "lacks " + kKeyringPath);
  forged = files();
  forged.data["etc/apt/trusted.gpg.d/other.asc"] = "x";
  refused(deb_of(forged), "has etc/apt/trusted.gpg.d/other.asc");
  forged = files();
  forged.control["postinst"] = "#!/bin/sh\n";
  refused(deb_of(forged), "has postinst");
  forged = files();
  forged.control["control"] += "Depends: other\n";
  refused(deb_of(forged), "has another control");
  forged = files(true);
  forged.data[kConfiguration] += "DPkg::Pre-Invoke { \"true\"; };\n";
  refused(deb_of(forged), "has another " + kConfiguration);
  forged = files(true);
  forged.control.erase("conffiles");
  refused(deb_of(forged), "lacks conffiles");

  refused(deb_of(files(), {{"./opt/", "", '5'}}), "has opt/");
  refused(deb_of(files(), {{"./usr/share/keyrings/link", "", '2'}}), "not a plain file");
  refused(deb_of(files(), {{"./" + kKeyringPath, "x"}}), "twice");
  KeyringFiles without = files();
  const TarEntry whole{"./" + kKeyringPath, without.data.at(kKeyringPath)};
  without.data.clear();
  for (const auto& change :
       std::vector<std::function<void(TarEntry&)>>{[](TarEntry& entry) { entry.mode = "0000666"; },
                                                   [](TarEntry& entry) { entry.mode = "0004755"; },
                                                   [](TarEntry& entry) { entry.uid = "0001750"; },
                                                   [](TarEntry& entry) { entry.user = "games"; }}) {
    TarEntry entry = whole;
    change(entry);
    refused(deb_of(without, {entry}), "that is not root's alone to write");
  }
  must_accept(release_with(deb_of(without, {whole})));
}

TEST_CASE("keyring package: where the policy has no clients, a package as any other") {
  TestTerminal terminal;
  terminal.install();
  terminal.must_accept(terminal.deb_release({{"example-archive-keyring", "1.0-1", "all"}}));
}

TEST_CASE_METHOD(KeyringTerminal, "keyring package: of a policy that was replaced") {
  const std::string deb = deb_of(files());
  Json policy = Json::parse(policy_text);
  policy["clients"]["address"] = "https://other.example.org";
  change_policy(policy);
  refused(deb, "has another control");
}

// Another version of gpg may write the same keys otherwise.
TEST_CASE("keyring package: of one that a sibling accepted, names alone are compared") {
  Siblings both([](Json& policy) { policy = with_clients(policy); });
  const auto policy = parse_policy(both.t1.policy_text, "policy.json");
  REQUIRE(policy.ok());
  const KeyringFiles files = keyring_files(*policy, "keys " + kFingerprint + "\n", "1.0-1", false);
  const TestRelease release = both.t1.deb_release(
      {{"example-archive-keyring", "1.0-1", "all", "", {}, KeyringTerminal::deb_of(files)}});
  both.release_is_served(release);
  Siblings::accept_at(both.t1, release);
  both.t2.keys.more_keys = "otherwise\n";
  CHECK(both.sync(both.t2, both.t1) == 1);
  CHECK(Siblings::index_of(both.t2).find("example-archive-keyring") != std::string::npos);
}

}  // namespace
}  // namespace hallmark::signer_test
