// judge_documents: core's word on documents, for the check that keeps docs/schema true.
//
//   judge_documents render   prints one line for each sample: KIND TAB document, as core writes it
//   judge_documents judge    reads such lines, prints for each "ok" or why core refuses it
#include <cstdio>
#include <iostream>
#include <string>

#include "core/digest.hpp"
#include "core/model/bundle.hpp"
#include "core/model/import_manifest.hpp"
#include "core/model/lock.hpp"
#include "core/model/policy.hpp"
#include "core/model/product.hpp"
#include "core/model/record.hpp"
#include "core/model/terminal.hpp"

namespace hallmark {
namespace {

const Target kTarget{"stable", "main", "amd64", "bookworm"};

Terminal sample_terminal() {
  return {"t1",
          "terminals",
          true,
          {{"h1",
            "192.0.2.7",
            22,
            "publish",
            "ssh-ed25519 AAAA",
            "/www",
            "/trash",
            {"https://example.org"}}}};
}

Policy sample_policy() {
  Policy policy;
  policy.origin = policy.label = "Example Project";
  SuitePolicy& suite = policy.suites.emplace_back();
  suite.name = "stable";
  suite.codename = "bookworm";
  suite.components = {"main"};
  suite.architectures = {"amd64"};
  suite.keys = {std::string(40, 'A')};
  suite.contents = suite.not_automatic = suite.but_automatic_upgrades = true;
  suite.version = "12.4";
  suite.changelogs = "https://example.org/@CHANGEPATH@_changelog";
  policy.approvers = {{"alice", {"ssh-ed25519 AAAA"}}, {"bob", {"ssh-ed25519 BBBB"}}};
  const std::string grip(40, 'B');
  policy.apk_keys = {{"app", grip, sha256("1"), {"org.example.app"}, std::nullopt, std::nullopt},
                     {"old", grip, sha256("2"), {}, std::nullopt, std::nullopt},
                     {"new", grip, sha256("3"), {"org.example.other"}, std::nullopt, std::nullopt}};
  policy.evidence_levels = {{{"hello", "stable", "main"}, Evidence::kBuilt},
                            {{"", "stable", ""}, Evidence::kRebuilt}};
  policy.rebuilders = {{"north", {"ssh-ed25519 CCCC", "ssh-ed25519 DDDD"}},
                       {"south", {"ssh-ed25519 EEEE"}}};
  policy.rebuilders_needed = 2;
  policy.apk_keys[2].schemes = {ApkScheme::kV2, ApkScheme::kV3, ApkScheme::kV4};
  policy.apk_keys[2].rotates = ApkRotation{"old"};
  policy.apk_keys.push_back({"repo", grip, sha256("4"), {}, std::nullopt, std::nullopt});
  policy.clients = ClientPolicy{"example", "https://packages.example.org",
                                "Example Project <packages@example.org>"};
  policy.fdroid = FdroidPolicy{
      "Apps", "Of a test", "https://example.org/apk", {"http://mirror.example.org/apk"}, "repo"};
  return policy;
}

Lock sample_lock(OriginKind kind) {
  Lock lock;
  lock.product = "hello";
  lock.version = "1:1.0-1";
  lock.source.kind = kind;
  lock.source.package = "hello";
  lock.source.version = lock.version;
  lock.source.files = {{"hello_1.0-1.dsc", 1000, {}, "https://example.org/hello_1.0-1.dsc"}};
  lock.source.tag = "v1.0";
  for (std::string* id : {&lock.source.tag_object, &lock.source.commit, &lock.source.tree}) {
    *id = std::string(40, 'a');
  }
  lock.source.signers = {"SHA256:AAAA"};
  if (kind == OriginKind::kGit) {
    const LockedDependency crate{
        {"greet", "1.0.0", sha256("1").hex(), "https://example.org/greet-1.0.0.crate"}, 1000, {}};
    lock.dependencies = {{DependencyKind::kCargo, "Cargo.lock", {crate}}};
  }
  if (kind != OriginKind::kDsc) lock.source.keyring = LockedKeyring{1000, sha256("keyring")};
  if (kind == OriginKind::kTarball) {
    lock.source.files = {{"hello-1.0.tar.xz", 1000, {}, "https://example.org/hello-1.0.tar.xz"},
                         {"hello-1.0.tar.xz.asc", 100, {}, "https://example.org/asc"}};
  }
  const LockedArchive archive{"https://example.org/debian",
                              "bookworm",
                              {},
                              {},
                              1000,
                              {{"main/binary-amd64/Packages.xz", {}, 1000}}};
  const LockedPackage package{"bash", "5.2-1", "amd64", 1000, {}, "https://example.org/bash.deb"};
  lock.environments = {{"bookworm", "amd64", Sha256Digest{}, "1.3.5-7", {archive}, {package}}};
  lock.targets = {kTarget};
  return lock;
}

BuildRecord sample_record() {
  BuildRecord record;
  record.product = "hello";
  record.version = "1:1.0-1";
  record.target = kTarget;
  record.variations = {"path", "time zone"};
  record.artefacts = {{"hello_1.0-1_amd64.deb", 1000, {}}};
  return record;
}

ImportManifest sample_import() {
  return {"hello", "1:1.0-1", {{"hello_1.0-1_amd64.deb", 1000, {}, "stable", "main"}}};
}

BundleManifest sample_bundle() {
  return {{},
          7,
          {{"hello", "1:1.0-1", {}}, {"hello", "1:1.0-2", {}}},
          {{{}, 1000, ""}, {sha256("1"), 1000, std::string(40, 'a')}}};
}

void render() {
  const auto print = [](const char* kind, const Json& value) {
    std::cout << kind << '\t' << value.dump() << '\n';
  };
  print("terminal", to_json(sample_terminal()));
  print("policy", to_json(sample_policy()));
  print("lock", to_json(sample_lock(OriginKind::kDsc)));
  print("lock", to_json(sample_lock(OriginKind::kGit)));
  print("lock", to_json(sample_lock(OriginKind::kTarball)));
  print("record", to_json(sample_record()));
  print("import", to_json(sample_import()));
  print("bundle", to_json(sample_bundle()));
}

template <typename T>
std::string verdict(const Result<T>& parsed) {
  return parsed.ok() ? "ok" : parsed.error().message();
}

std::string judge(const std::string& kind, const std::string& text) {
  if (kind == "terminal") return verdict(parse_terminal(text, kind));
  if (kind == "policy") return verdict(parse_policy(text, kind));
  if (kind == "product") return verdict(parse_product(text, kind));
  if (kind == "lock") return verdict(parse_lock(text, kind));
  if (kind == "record") return verdict(parse_record(text, kind));
  if (kind == "import") return verdict(parse_import_manifest(text, kind));
  if (kind == "bundle") return verdict(parse_bundle_manifest(text, kind));
  return "unknown kind";
}

}  // namespace
}  // namespace hallmark

int main(int argc, char** argv) {
  const std::string mode = argc == 2 ? argv[1] : "";
  if (mode == "render") {
    hallmark::render();
    return 0;
  }
  if (mode != "judge") return 2;
  for (std::string line; std::getline(std::cin, line);) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string::npos) return 2;
    std::cout << hallmark::judge(line.substr(0, tab), line.substr(tab + 1)) << '\n';
  }
  return 0;
}
