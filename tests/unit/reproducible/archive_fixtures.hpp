// A small apt archive in a folder, signed by throwaway keys, and a machine whose apt sources name
// it.
//
// Its packages are not packages but any bytes: nothing here unpacks them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/digest.hpp"
#include "core/layout.hpp"
#include "tests/unit/tools.hpp"
#include "tests/unit/verify/gpg_fixtures.hpp"

namespace hallmark::test {

class SmallArchive {
 public:
  SmallArchive() {
    archive_key_ = gpg_.make_key("archive");
    developer_key_ = gpg_.make_key("developer");
    mallory_key_ = gpg_.make_key("mallory");
    keyring_ = gpg_.keyring("archive.gpg", {archive_key_});
    developers_ = gpg_.keyring("developers.gpg", {developer_key_});
    add_package("apt", "1.0");
    add_package("base", "1.0", "Essential: yes\n");
    add_package("build-essential", "12.9", "Depends: compiler\n");
    add_package("compiler", "12.2");
    add_package("fakeroot", "1.31");
    add_package("helper", "13");
    add_package("unrelated", "5");
    add_source(developer_key_);
    write_indices();
    sign_release();
    write_apt_sources("stable", keyring_);
    std::filesystem::create_directories(folder_.path("root/fetch"));
  }

  std::string uri() const { return "file://" + folder_.path("archive"); }
  std::string apt_folder() const { return folder_.path("apt"); }
  Layout layout() const { return Layout{folder_.path("root")}; }
  const TestFolder& folder() const { return folder_; }
  const GpgHome& gpg() const { return gpg_; }
  const std::string& keyring() const { return keyring_; }
  const std::string& developer_key() const { return developer_key_; }
  const std::string& mallory_key() const { return mallory_key_; }

  std::string product() const {
    return R"({"format":"hallmark-product-v1","name":"tool",)"
           R"("origin":{"kind":"dsc","package":"tool","keyring":")" +
           developers_ +
           R"("},"environments":[{"name":"env","suite":"stable","packages":["fakeroot"]}],)"
           R"("targets":[{"suite":"stable","component":"main","architecture":"amd64",)"
           R"("environment":"env"}],"recipe":{"kind":"deb","packages":["tool"]},"evidence":"reproduced"})";
  }

  void add_package(const std::string& name, const std::string& version,
                   const std::string& fields = "") {
    const std::string path = "pool/" + name + "_" + version + "_amd64.deb";
    const std::string bytes = "the bytes of " + name + " " + version + "\n";
    folder_.write("archive/" + path, bytes);
    packages_ += "Package: " + name + "\nVersion: " + version + "\nArchitecture: amd64\n" + fields +
                 "Filename: " + path + "\nSize: " + std::to_string(bytes.size()) +
                 "\nSHA256: " + sha256(bytes).hex() + "\n\n";
  }

  // The source package tool, its .dsc signed by `key`; in the place of the one before it.
  void add_source(const std::string& key, const std::string& version = "2.0") {
    const std::string source = "the source\n";
    const std::string name = "tool_" + version;
    folder_.write("archive/pool/" + name + ".tar.xz", source);
    const std::string dsc = gpg_.clearsign(
        key, "Format: 3.0 (native)\nSource: tool\nVersion: " + version +
                 "\nArchitecture: any\nBuild-Depends: helper (>= 13),\n unrelated [arm64]\n"
                 "Checksums-Sha256:\n " +
                 line(source, name + ".tar.xz") + "\n");
    folder_.write("archive/pool/" + name + ".dsc", dsc);
    sources_ = "Package: tool\nVersion: " + version +
               "\nDirectory: pool\nBuild-Depends: helper\nChecksums-Sha256:\n " +
               line(source, name + ".tar.xz") + "\n " + line(dsc, name + ".dsc") + "\n\n";
  }

  void write_indices() {
    folder_.write("archive/dists/stable/main/binary-amd64/Packages", packages_);
    const std::string sources = folder_.write("archive/dists/stable/main/source/Sources", sources_);
    run_tool("/usr/bin/xz", {"--keep", "--force", sources});
  }

  void sign_release(const std::string& key = "", const std::string& codename = "stable") {
    std::string release = "Origin: test\nSuite: stable\nCodename: " + codename +
                          "\nDate: " + run_tool("/usr/bin/date", {"-u", "-R"}) +
                          "Architectures: amd64\nComponents: main\nSHA256:\n";
    for (const char* path :
         {"main/binary-amd64/Packages", "main/source/Sources", "main/source/Sources.xz"}) {
      release += " " + line(folder_.read(std::string("archive/dists/stable/") + path), path) + "\n";
    }
    folder_.write("archive/dists/stable/InRelease",
                  gpg_.clearsign(key.empty() ? archive_key_ : key, release));
  }

  // The suite stable-security beside it, with one package, for the machine's apt sources too.
  void add_security_suite(const std::string& name, const std::string& version,
                          const std::string& key = "") {
    const std::string before = std::exchange(packages_, "");
    add_package(name, version);
    const std::string packages = std::exchange(packages_, before);
    const std::string suite = "archive/dists/stable-security/";
    folder_.write(suite + "main/binary-amd64/Packages", packages);
    folder_.write(suite + "main/source/Sources", "");
    folder_.write(suite + "InRelease",
                  gpg_.clearsign(key.empty() ? archive_key_ : key,
                                 "Suite: stable-security\nLabel: Debian-Security\nDate: " +
                                     run_tool("/usr/bin/date", {"-u", "-R"}) +
                                     "Architectures: amd64\nComponents: main\nSHA256:\n " +
                                     line(packages, "main/binary-amd64/Packages") + "\n " +
                                     line("", "main/source/Sources") + "\n"));
    write_apt_sources("stable stable-security", keyring_);
  }

  void write_apt_sources(const std::string& suites, const std::string& keyring) const {
    folder_.write("apt/sources.list.d/own.sources",
                  "# a comment\nTypes: deb\nURIs: " + uri() + "\nSuites: " + suites +
                      "\nComponents: main\nSigned-By: " + keyring + "\n");
  }

 private:
  static std::string line(const std::string& bytes, const std::string& name) {
    return sha256(bytes).hex() + " " + std::to_string(bytes.size()) + " " + name;
  }

  GpgHome gpg_;
  TestFolder folder_;
  std::string archive_key_, developer_key_, mallory_key_, keyring_, developers_;
  std::string packages_, sources_;
};

}  // namespace hallmark::test
