// What the signer's tests are made of: a demo terminal in a folder of its own with three approvers
// (two of them must agree; Carol has two keys), a builder's spool, and a key agent that signs
// nothing real and fails on demand. Requests go through answer_request, as a client's do.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>

#include "core/model/approval.hpp"
#include "signer/dispatch.hpp"
#include "signer/keygrip.hpp"
#include "tests/unit/tools.hpp"
#include "tests/unit/verify/apk_signed_fixtures.hpp"
#include "tests/unit/verify/deb_fixtures.hpp"
#include "tests/unit/verify/source_fixtures.hpp"
#include "tests/unit/verify/ssh_fixtures.hpp"
#include "verify/deb_package.hpp"
#include "verify/ssh_public_key.hpp"

namespace hallmark::signer_test {

constexpr int64_t kNow = 1795000000;  // 2026-11-18
inline const std::string kFingerprint(40, 'A');
inline const std::string kOpenPgpGrip(40, 'D');

inline std::string grip_of(const apk_test::TestKey& key) {
  const auto grip = keygrip_of(key.certificate());
  REQUIRE(grip.ok());
  return *grip;
}
inline std::string rsa_grip() { return grip_of(apk_test::shared_rsa_2048()); }
inline std::string p256_grip() { return grip_of(apk_test::shared_p256()); }

class FakeKeys : public KeyAgent, public PublicKeyring {
 public:
  bool broken = false;
  int signatures = 0;
  std::vector<std::string> actions;                // what a person would be shown
  std::set<std::string> missing;                   // keygrips that the agent has not
  std::function<void(OpenPgpSubkey&)> change_key;  // what the keyring says of a key
  std::vector<OpenPgpSubkey> subkeys;              // of each key
  std::string also_exported;  // what gpg writes of the same keys on another day
  std::string more_keys;      // that the keyring gives besides

  Result<std::string> sign_openpgp(OpenPgpForm form, std::string_view text,
                                   const std::vector<OpenPgpSubkey>& signers,
                                   const std::string& action) override {
    if (broken) return failed("key agent", "cannot be reached");
    actions.push_back(action);
    // No two signatures are the same bytes, as with real ones.
    return std::string(form == OpenPgpForm::kClearSigned ? "clear " : "detached ") +
           std::to_string(++signatures) + " by " + signers.at(0).fingerprint + "\n" +
           std::string(text);
  }
  Result<std::vector<uint8_t>> sign_digest(const RawKey& key, HashAlgorithm hash,
                                           std::span<const uint8_t> digest,
                                           const SigningPurpose& purpose) override {
    const bool rsa = key.keygrip == rsa_grip();
    if (broken || (!rsa && key.keygrip != p256_grip())) {
      return failed("key agent", "cannot be reached");
    }
    actions.push_back(purpose.action);
    ++signatures;
    return (rsa ? apk_test::shared_rsa_2048() : apk_test::shared_p256()).sign_digest(hash, digest);
  }
  Result<bool> has_key(const std::string& keygrip) override {
    if (broken) return failed("key agent", "cannot be reached");
    return !missing.contains(keygrip);
  }
  // A "key block" is its fingerprint.
  Result<std::vector<std::string>> import_keys(std::string_view armored) override {
    return std::vector<std::string>{std::string(armored)};
  }
  Result<std::string> export_keys(const std::vector<std::string>& fingerprints) override {
    return "keys " + fingerprints.at(0) + "\n" + more_keys;
  }
  Result<std::vector<OpenPgpKey>> describe_keys(
      const std::vector<std::string>& fingerprints) override {
    std::vector<OpenPgpKey> out;
    for (const std::string& fingerprint : fingerprints) {
      OpenPgpSubkey primary{fingerprint, kOpenPgpGrip, "ed25519", kNow - kDay, 0, true, false};
      if (change_key) change_key(primary);
      out.push_back({{primary}});
      out.back().keys.insert(out.back().keys.end(), subkeys.begin(), subkeys.end());
    }
    return out;
  }
};

// The log key, which really signs.
class FakeLogKeys : public LogKeyAgent {
 public:
  ssh_test::SoftKey key{ssh_test::SoftKind::kEd25519};
  bool broken = false;
  int signatures = 0;

  SshPublicKey public_key() const {
    const auto parsed = SshPublicKey::from_blob(key.public_blob());
    REQUIRE(parsed.ok());
    return *parsed;
  }
  Result<std::vector<SshPublicKey>> log_keys() override {
    if (broken) return failed("log key agent", "cannot be reached");
    return std::vector<SshPublicKey>{public_key()};
  }
  Result<std::string> sign_log(const SshPublicKey& /*key*/, std::string_view text) override {
    if (broken) return failed("log key agent", "cannot be reached");
    ++signatures;
    return key.sign(text);
  }
};

// What one release hands in. A test changes what it wants to forge before accept().
struct TestRelease {
  std::string product;
  std::string lock;
  std::string statement;
  std::vector<std::pair<std::string, std::string>> signatures;  // approver, armour
  std::string record;
  std::string record_hex;
  std::vector<std::string> artefacts;  // bytes
};

struct TestPackage {
  std::string name = "hm-test";
  std::string version = "1.0-1";
  std::string architecture = "amd64";
  std::string depends = "libc6";
  std::vector<std::string> paths = {};  // of its files
  std::string bytes = {};               // if not empty, in place of what is made of all that
};

inline std::string deb_bytes(const TestPackage& package) {
  if (!package.bytes.empty()) return package.bytes;
  const std::string control =
      "Package: " + package.name + "\nVersion: " + package.version +
      "\nArchitecture: " + package.architecture +
      "\nMaintainer: A Person <person@example.org>\nDepends: " + package.depends +
      "\nDescription: a test\n";
  auto members = deb_test::deb_members(deb_test::tar({{"./", "", '5'}, {"./control", control}}));
  std::vector<deb_test::TarEntry> files = {{"./", "", '5'}};
  for (const std::string& path : package.paths) files.push_back({"./" + path, "x"});
  members.at(2).content = deb_test::tar(files);
  return deb_test::ar(members);
}

inline std::string apk_bytes(uint32_t version_code = 7, std::size_t payload = 3000,
                             bool debuggable = false) {
  apk_test::ManifestFacts facts;
  facts.debuggable = debuggable;
  apk_test::TestElement manifest = apk_test::manifest_tree(facts);
  manifest.attributes.at(0).data = version_code;
  auto entries = apk_test::apk_entries(facts, payload);
  entries.at(0) =
      apk_test::deflated("AndroidManifest.xml", apk_test::BinaryXmlWriter().write(manifest));
  const auto file = apk_test::write_zip(entries).file();
  return std::string(as_text(file));
}

// The root has what `hallmark init --demo` makes, as far as the signer looks at it.
inline void make_state_folders(const test::TestFolder& root) {
  for (const char* name : {"sign", "sign/log", "spool", "spool/records", "public", "run"}) {
    REQUIRE(make_dirs(root.path(name), 0755).ok());
  }
}

class TestTerminal {
 public:
  TestTerminal() {
    make_state_folders(root);
    open();
    policy_text = policy_json().dump();
  }

  std::string terminal_name = "t1";
  test::TestFolder root;
  FakeKeys keys;
  FakeLogKeys log_keys;
  int64_t now = kNow;
  int64_t seconds_a_look = 0;  // that the clock goes on by whenever it is looked at
  std::map<std::string, ssh_test::SoftKey> approver_keys;
  std::string policy_text;
  uid_t builder = ::geteuid();
  uid_t client = ::geteuid();
  RefusalMeter refusals = *RefusalMeter::make();
  bool demo = true;
  std::map<std::string, std::string> certificates = {{"app", certificate()}};  // DER, by APK key
  std::string recipe_key = "app";
  uint64_t rollout = 100;                                // of the product file
  std::set<std::string> product_packages = {"hm-test"};  // deb_release adds what it makes
  std::optional<source_test::TestSource> source;         // of what is made from now on

  // As after a restart of the program.
  void open() {
    log.reset();
    state.reset();
    auto opened = State::open(root.path("sign"));
    INFO((opened.ok() ? "" : opened.error().message()));
    REQUIRE(opened.ok());
    state.emplace(std::move(*opened));
    auto opened_log = ReleaseLog::open(root.path("sign/log"));
    REQUIRE(opened_log.ok());
    log.emplace(std::move(*opened_log));
  }

  Result<Response> ask(const Json& body, const std::vector<std::string>& files = {}) {
    Message message;
    message.body = body;
    for (const std::string& file : files) message.fds.push_back(deb_test::memory_file(file));
    return send(message);
  }
  Result<Response> send(const Message& message) {
    const SignerContext context{Layout{root.path()},
                                {terminal_name, demo},
                                "demo-group",
                                builder,
                                [this] { return now += seconds_a_look; },
                                *state,
                                *log,
                                keys,
                                keys,
                                log_keys,
                                {client, refusals},
                                {}};
    return answer_request(context, message);
  }

  Json policy_json() {
    Json approvers = Json::array();
    for (const char* name : {"alice", "bob", "carol", "carol-2"}) {
      approver_keys.emplace(name, ssh_test::SoftKey(ssh_test::SoftKind::kEd25519));
    }
    approvers.push_back({{"name", "alice"}, {"keys", {ssh_line("alice")}}});
    approvers.push_back({{"name", "bob"}, {"keys", {ssh_line("bob")}}});
    approvers.push_back({{"name", "carol"}, {"keys", {ssh_line("carol"), ssh_line("carol-2")}}});
    return Json{{"format", "hallmark-policy-v1"},
                {"origin", "Hallmark demo"},
                {"label", "A demo"},
                {"demo", true},
                {"suites",
                 {{{"name", "stable"},
                   {"codename", "stable"},
                   {"components", {"main"}},
                   {"architectures", {"amd64", "arm64"}},
                   {"valid_days", 30},
                   {"keys", {kFingerprint}}}}},
                {"approvers", approvers},
                {"threshold", 2},
                {"evidence", "reproduced"},
                {"log_keys", {{{"terminal", "t1"}, {"key", log_keys.public_key().openssh()}}}},
                {"apk_keys",
                 {{{"name", "app"},
                   {"keygrip", rsa_grip()},
                   {"certificate_sha256", sha256(certificate()).hex()},
                   {"packages", {"org.example.test"}}}}}};
  }

  std::string ssh_line(const std::string& name) const {
    const auto key = SshPublicKey::from_blob(approver_keys.at(name).public_blob());
    REQUIRE(key.ok());
    return key->openssh();
  }
  static std::string certificate() {
    return std::string(as_text(apk_test::shared_rsa_2048().certificate()));
  }

  Json install_request() const {
    Json entries = Json::array();
    for (const auto& [name, der] : certificates) {
      entries.push_back({{"name", name}, {"der_base64", base64_encode(as_bytes(der))}});
    }
    return Json{{"type", "install-policy"},
                {"policy", policy_text},
                {"openpgp_keys", {kFingerprint}},
                {"apk_certificates", entries}};
  }
  void install() {
    const auto installed = ask(install_request());
    INFO((installed.ok() ? "" : installed.error().message()));
    REQUIRE(installed.ok());
  }

  std::string sign(const std::string& key, const std::string& statement,
                   const std::string& name_space = std::string(kApprovalNamespace)) const {
    ssh_test::Envelope envelope;
    envelope.name_space = name_space;
    envelope.message = statement;
    return ssh_test::armor(envelope.by(approver_keys.at(key)));
  }

  // "statement" and "signatures" of a request.
  Json approved(Json request, const std::string& statement,
                const std::vector<std::string>& people) const {
    Json signatures = Json::array();
    for (const std::string& person : people) {
      signatures.push_back({{"approver", person}, {"signature", sign(person, statement)}});
    }
    request["statement"] = statement;
    request["signatures"] = signatures;
    return request;
  }
  // Alice and Bob want `policy` in place of the one whose text is `from`.
  Json policy_change(const std::string& from, const Json& policy) const {
    const PolicyStatement said{sha256(from), sha256(policy.dump()), "demo-group", now + 30 * kDay};
    return approved({{"type", "change-policy"},
                     {"policy", policy.dump()},
                     {"openpgp_keys", Json::array()},
                     {"apk_certificates", Json::array()}},
                    render_statement(said), {"alice", "bob"});
  }
  void change_policy(const Json& policy) {
    must_answer(policy_change(policy_text, policy));
    policy_text = policy.dump();
  }
  Json must_answer(const Json& request) {
    const auto answer = ask(request);
    INFO((answer.ok() ? "" : answer.error().message()));
    REQUIRE(answer.ok());
    return answer->body;
  }

  ApprovalStatement statement_of(const TestRelease& release, const std::string& version) const {
    ApprovalStatement statement;
    statement.action = "release";
    statement.product = "tool";
    statement.product_sha256 = sha256(release.product);
    statement.policy_sha256 = sha256(policy_text);
    statement.version = version;
    statement.lock_sha256 = sha256(release.lock);
    statement.suites = "stable/main";
    statement.terminal_group = "demo-group";
    statement.expires = now + 30 * kDay;
    return statement;
  }

  static Json target() {
    return Json{{"suite", "stable"},
                {"component", "main"},
                {"architecture", "amd64"},
                {"environment", "e"}};
  }
  static std::string environment_digest() { return sha256("environment").hex(); }

  // Of a git tag, unless there is a source package.
  Json source_json(const std::string& version) const {
    if (!source) {
      const std::string id(40, 'a');
      return Json{{"kind", "git"},
                  {"url", "/srv/tool.git"},
                  {"tag", "v" + version},
                  {"tag_object", id},
                  {"commit", id},
                  {"tree", id},
                  {"content_sha256", sha256("x").hex()},
                  {"signers", {"SHA256:x"}}};
    }
    Json files = Json::array();
    for (const auto& [name, bytes] : source->all()) {
      files.push_back({{"name", name},
                       {"size", bytes.size()},
                       {"sha256", sha256(bytes).hex()},
                       {"url", "https://archive.example.org/" + name}});
    }
    return Json{{"kind", "dsc"},
                {"package", source->package},
                {"version", source->version},
                {"signer", std::string(40, 'C')},
                {"files", files}};
  }
  Json origin_json() const {
    if (source) return Json{{"kind", "dsc"}, {"package", source->package}};
    return Json{{"kind", "git"},
                {"url", "/srv/tool.git"},
                {"tag", "v{version}"},
                {"signers", {ssh_line("alice")}}};
  }

  Json lock_json(const std::string& product_text, const std::string& version) const {
    return Json{{"format", "hallmark-lock-v1"},
                {"product", "tool"},
                {"version", version},
                {"product_sha256", sha256(product_text).hex()},
                {"source_date_epoch", 1700000000},
                {"source", source_json(version)},
                {"environments",
                 {{{"name", "e"},
                   {"architecture", "amd64"},
                   {"environment_sha256", environment_digest()},
                   {"mmdebstrap", "1.3.5-7"},
                   {"archives", Json::array()},
                   {"packages", Json::array()}}}},
                {"targets", {target()}}};
  }

  Json product_json(const std::string& kind) const {
    Json recipe = {{"kind", kind}, {"packages", product_packages}};
    if (kind == "apk") {
      recipe = {{"kind", "apk"},
                {"script", "build.sh"},
                {"outputs", {"app.apk"}},
                {"package", "org.example.test"},
                {"key", recipe_key}};
    }
    return Json{{"format", "hallmark-product-v1"},
                {"name", "tool"},
                {"origin", origin_json()},
                {"environments", {{{"name", "e"}, {"suite", "bookworm"}}}},
                {"targets", {target()}},
                {"recipe", recipe},
                {"evidence", "reproduced"},
                {"rollout", rollout}};
  }

  static Json record_json(const TestRelease& release, const std::string& version,
                          const std::vector<std::string>& names) {
    Json artefacts = Json::array();
    for (std::size_t i = 0; i < names.size(); ++i) {
      artefacts.push_back({{"name", names[i]},
                           {"size", release.artefacts[i].size()},
                           {"sha256", sha256(release.artefacts[i]).hex()}});
    }
    return Json{{"format", "hallmark-build-record-v1"},
                {"product", "tool"},
                {"version", version},
                {"lock_sha256", sha256(release.lock).hex()},
                {"target", target()},
                {"environment_sha256", environment_digest()},
                {"evidence", "reproduced"},
                {"built_at", kNow},
                {"variations", {"path"}},
                {"artefacts", artefacts}};
  }

  void put_record(TestRelease& release, const Json& record) {
    const auto text = canonical_dump(record);
    REQUIRE(text.ok());
    release.record = *text;
    release.record_hex = sha256(*text).hex();
    root.write("spool/records/" + release.record_hex + ".json", *text);
  }

  void approve(TestRelease& release, const std::string& version) {
    release.statement = render_statement(statement_of(release, version));
    release.signatures = {{"alice", sign("alice", release.statement)},
                          {"bob", sign("bob", release.statement)}};
  }

  TestRelease release_of(const std::string& kind, const std::string& version,
                         const std::vector<std::string>& names,
                         const std::vector<std::string>& artefacts) {
    TestRelease release;
    release.product = product_json(kind).dump();
    release.lock = *canonical_dump(lock_json(release.product, version));
    release.artefacts = artefacts;
    approve(release, version);
    put_record(release, record_json(release, version, names));
    return release;
  }
  TestRelease deb_release(const std::string& version = "1.0-1") {
    TestPackage package;
    package.version = version;
    return deb_release({package});
  }
  // Built from that source package.
  TestRelease sourced_release(const source_test::TestSource& from,
                              const TestPackage& package = {}) {
    source = from;
    TestRelease release = deb_release({package});
    for (const auto& [name, bytes] : from.all()) release.artefacts.push_back(bytes);
    source.reset();
    return release;
  }
  TestRelease deb_release(const std::vector<TestPackage>& packages) {
    std::vector<std::string> names;
    std::vector<std::string> bytes;
    for (const TestPackage& package : packages) {
      product_packages.insert(package.name);
      names.push_back(package.name + "_" + std::string(package.version) + "_" +
                      package.architecture + ".deb");
      bytes.push_back(deb_bytes(package));
    }
    return release_of("deb", packages.at(0).version, names, bytes);
  }
  TestRelease apk_release(const std::string& version, const std::string& bytes) {
    return release_of("apk", version, {"app.apk"}, {bytes});
  }

  static Json accept_request(const TestRelease& release) {
    Json signatures = Json::array();
    for (const auto& [approver, armor] : release.signatures) {
      signatures.push_back({{"approver", approver}, {"signature", armor}});
    }
    return Json{{"type", "accept-build"},   {"product", release.product},
                {"lock", release.lock},     {"statement", release.statement},
                {"signatures", signatures}, {"record", release.record_hex}};
  }
  Result<Response> accept(const TestRelease& release) {
    return ask(accept_request(release), release.artefacts);
  }
  void must_accept(const TestRelease& release) {
    const auto accepted = accept(release);
    INFO((accepted.ok() ? "" : accepted.error().message()));
    REQUIRE(accepted.ok());
  }

  // The files of suite stable, with these Packages; the one of arm64 is right unless given.
  std::map<std::string, std::string> indices(const std::string& amd64,
                                             const std::string& arm64 = "") const {
    std::map<std::string, std::string> out;
    for (const auto& [architecture, text] :
         {std::pair<std::string, std::string>{"amd64", amd64}, {"arm64", arm64}}) {
      const std::string path = "main/binary-" + architecture + "/Packages";
      out[path] = text;
      out[path + ".gz"] = test::run_tool("/usr/bin/gzip", {"-nc"}, text);
      out[path + ".xz"] = test::run_tool("/usr/bin/xz", {"-c"}, text);
    }
    return out;
  }
  Result<Response> sign_release(const std::map<std::string, std::string>& files) {
    Json paths = Json::array();
    std::vector<std::string> bytes;
    for (const auto& [path, content] : files) {
      paths.push_back(path);
      bytes.push_back(content);
    }
    return ask({{"type", "sign-apt-release"}, {"suite", "stable"}, {"indices", paths}}, bytes);
  }

  std::string log_text() const { return root.read("sign/log/release.log"); }

  std::optional<State> state;
  std::optional<ReleaseLog> log;
};

inline std::string stanza_of(const TestPackage& package) {
  const UniqueFd fd = deb_test::memory_file(deb_bytes(package));
  const auto deb = read_deb(fd.get(), "test.deb");
  REQUIRE(deb.ok());
  return index_stanza(*deb, pool_path(*deb, "main")) + "\n";
}

// The request was refused by this rule, with these words, and the log says so.
inline void check_refused(TestTerminal& terminal, const Result<Response>& answer,
                          const std::string& rule, const std::string& words) {
  REQUIRE_FALSE(answer.ok());
  const std::string message = answer.error().message();
  INFO(message);
  CHECK((answer.error().kind == ErrorKind::kPolicy ||
         answer.error().kind == ErrorKind::kVerification));
  CHECK(message.find("(rule: " + rule + ")") != std::string::npos);
  CHECK(message.find(words) != std::string::npos);
  const std::string log = terminal.log_text();
  const std::string last = log.substr(log.rfind('\n', log.size() - 2) + 1);
  CHECK(last.find("\"kind\":\"refusal\"") != std::string::npos);
  CHECK(last.find(rule) != std::string::npos);
  CHECK(terminal.keys.signatures == 0);
}

}  // namespace hallmark::signer_test
