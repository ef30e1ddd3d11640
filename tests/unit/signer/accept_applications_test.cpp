// accept-build: several APKs of one application, told apart by flavour and ABI; app bundles.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/signer/signer_fixtures.hpp"
#include "tests/unit/verify/apk_bundle_fixtures.hpp"

namespace hallmark::signer_test {
namespace {

struct Output {
  std::string name;
  std::string flavour;
  std::string bytes;
};

std::string apk_for(uint32_t version_code, const std::vector<std::string>& abis,
                    std::size_t payload = 3000) {
  apk_test::TestElement manifest = apk_test::manifest_tree();
  manifest.attributes.at(0).data = version_code;
  auto entries = apk_test::apk_entries({}, payload);
  entries.at(0) =
      apk_test::deflated("AndroidManifest.xml", apk_test::BinaryXmlWriter().write(manifest));
  for (const std::string& abi : abis) {
    entries.push_back(apk_test::stored("lib/" + abi + "/libapp.so", {1, 2, 3}));
  }
  const auto file = apk_test::write_zip(entries).file();
  return std::string(as_text(file));
}

std::string bundle_for(uint32_t version_code, bool debuggable = false) {
  apk_test::TestElement manifest =
      apk_test::manifest_tree({.min_sdk = 24, .debuggable = debuggable});
  manifest.attributes.at(0).data = version_code;
  const auto file = apk_test::write_zip(apk_test::bundle_entries(manifest)).file();
  return std::string(as_text(file));
}

class Apps : public TestTerminal {
 public:
  Apps() { install(); }

  // The outputs in the order of their names, as the builder records them.
  TestRelease release(const std::string& version, const std::vector<Output>& outputs) {
    Json product = product_json("apk");
    product["recipe"]["outputs"] = Json::array();
    TestRelease release;
    std::vector<std::string> names;
    for (const Output& output : outputs) {
      Json item = output.name;
      if (!output.flavour.empty()) item = {{"name", output.name}, {"flavour", output.flavour}};
      product["recipe"]["outputs"].push_back(item);
      names.push_back(output.name);
      release.artefacts.push_back(output.bytes);
    }
    release.product = product.dump();
    release.lock = *canonical_dump(lock_json(release.product, version));
    approve(release, version);
    put_record(release, record_json(release, version, names));
    return release;
  }

  // Five APKs for each of two flavours, as real apps publish them.
  static std::vector<Output> ten_outputs(uint32_t code) {
    std::vector<Output> outputs;
    std::size_t payload = 3000;
    for (const char* flavour : {"fdroid", "play"}) {
      uint32_t offset = 0;
      for (const std::vector<std::string>& abis :
           std::vector<std::vector<std::string>>{{"armeabi-v7a"},
                                                 {"arm64-v8a"},
                                                 {"x86"},
                                                 {"x86_64"},
                                                 {"arm64-v8a", "armeabi-v7a", "x86", "x86_64"}}) {
        outputs.push_back({std::string("app-") + flavour + "-" + std::to_string(offset) + ".apk",
                           flavour, apk_for(code + offset, abis, payload++)});
        ++offset;
      }
    }
    return outputs;
  }

  Message sign_request(const std::string& version, const std::string& bytes) const {
    Message message;
    message.body = {{"type", "sign-apk"},
                    {"product", "tool"},
                    {"version", version},
                    {"artefact", sha256(bytes).hex()}};
    message.fds.push_back(deb_test::memory_file(bytes));
    message.fds.push_back(deb_test::memory_file(""));
    return message;
  }
};

TEST_CASE_METHOD(Apps, "apps: five APKs for each of two flavours in one release") {
  const std::vector<Output> first = ten_outputs(70);
  must_accept(release("1.0", first));
  must_accept(release("1.1", ten_outputs(80)));
  for (const Output& output : ten_outputs(80)) {
    const auto answer = send(sign_request("1.1", output.bytes));
    INFO(output.name << ": " << (answer.ok() ? "" : answer.error().message()));
    CHECK(answer.ok());
  }
  keys.signatures = 0;
  check_refused(*this, send(sign_request("1.0", first.front().bytes)), "version-code-is-the-newest",
                "(flavour fdroid, armeabi-v7a): has version code 70");
}

TEST_CASE_METHOD(Apps, "apps: one version code for several ABIs, and for several flavours") {
  must_accept(release("1.0", {{"app-1.apk", "a", apk_for(7, {"x86"}, 3001)},
                              {"app-2.apk", "a", apk_for(7, {"x86_64"}, 3002)},
                              {"app-3.apk", "b", apk_for(7, {"x86"}, 3003)},
                              {"app-4.apk", "", apk_for(7, {"x86"}, 3004)},
                              {"app-5.apk", "", apk_for(7, {}, 3005)}}));
}

TEST_CASE_METHOD(Apps, "apps: a version code that does not rise within flavour and ABI") {
  must_accept(release("1.0", {{"app.apk", "fdroid", apk_for(7, {"arm64-v8a"})}}));
  uint32_t code = 0;
  SECTION("the same") { code = 7; }
  SECTION("lower") { code = 6; }
  const TestRelease next =
      release("1.1", {{"app.apk", "fdroid", apk_for(code, {"arm64-v8a"}, 3001)}});
  check_refused(*this, accept(next), "version-code-rises",
                "org.example.test (flavour fdroid, arm64-v8a) has 7 already");
}

TEST_CASE_METHOD(Apps, "apps: folders that Android does not know make no other ABI") {
  must_accept(release("1.0", {{"app.apk", "", apk_for(7, {"x86"})}}));
  check_refused(*this, accept(release("1.1", {{"app.apk", "", apk_for(6, {"x86", "new"}, 3001)}})),
                "version-code-rises", "org.example.test (x86) has 7 already");
}

TEST_CASE_METHOD(Apps, "apps: another set of ABIs is no way to a lower version code") {
  must_accept(release("1.0", {{"app.apk", "fdroid", apk_for(7, {"arm64-v8a"})}}));
  std::vector<std::string> abis;
  SECTION("one more") { abis = {"arm64-v8a", "mips"}; }
  SECTION("none") { abis = {}; }
  check_refused(*this, accept(release("1.1", {{"app.apk", "fdroid", apk_for(6, abis, 3001)}})),
                "version-code-rises",
                "this output was org.example.test (flavour fdroid, arm64-v8a) with 7 before");
  must_accept(release("1.2", {{"app.apk", "fdroid", apk_for(8, abis, 3002)}}));
  // Another output, which the product file must name, may have a range of its own.
  must_accept(release("1.3", {{"app.apk", "fdroid", apk_for(9, abis, 3003)},
                              {"small.apk", "fdroid", apk_for(5, {"x86"}, 3004)}}));
}

TEST_CASE_METHOD(Apps, "apps: two APKs of one flavour and ABI in a build") {
  uint32_t code = 0;
  SECTION("with one version code") { code = 7; }
  SECTION("with two") { code = 8; }
  check_refused(*this,
                accept(release("1.0", {{"app-1.apk", "", apk_for(7, {"x86"})},
                                       {"app-2.apk", "", apk_for(code, {"x86"}, 3001)}})),
                "version-code-rises", "is the second org.example.test (x86) in this build");
}

TEST_CASE_METHOD(Apps, "apps: accepted bytes under another flavour") {
  must_accept(release("1.0", {{"app.apk", "fdroid", apk_for(7, {})}}));
  check_refused(*this, accept(release("1.1", {{"app.apk", "play", apk_for(7, {})}})),
                "version-code-rises", "was accepted before as org.example.test (flavour fdroid)");
}

TEST_CASE_METHOD(Apps, "apps: the log says flavour, ABIs and version code") {
  must_accept(release("1.0", {{"app.apk", "fdroid", apk_for(7, {"x86", "arm64-v8a"})}}));
  const std::string lines = log_text();
  CHECK(lines.find("\"abis\":\"arm64-v8a,x86\"") != std::string::npos);
  CHECK(lines.find("\"flavour\":\"fdroid\"") != std::string::npos);
  CHECK(lines.find("\"version_code\":7") != std::string::npos);
}

TEST_CASE_METHOD(Apps, "apps: a bundle beside an APK of the same version code") {
  must_accept(
      release("1.0", {{"app.aab", "", bundle_for(7)}, {"app.apk", "", apk_for(7, {"x86"})}}));
  CHECK(log_text().find("\"abis\":\"bundle\"") != std::string::npos);
}

TEST_CASE_METHOD(Apps, "apps: what a bundle may not be") {
  must_accept(release("1.0", {{"app.aab", "", bundle_for(7)}}));
  const auto refused = [this](const std::string& bytes, const char* rule, const char* words) {
    check_refused(*this, accept(release("1.1", {{"app.aab", "", bytes}})), rule, words);
  };
  SECTION("of a version code that does not rise") {
    refused(bundle_for(6), "version-code-rises", "(bundle) has 7 already");
  }
  SECTION("debuggable") {
    refused(bundle_for(8, true), "application-is-not-debuggable", "app.aab");
  }
  SECTION("an APK") { refused(apk_for(8, {}), "artefacts-fit-the-recipe", "BundleConfig.pb"); }
}

TEST_CASE_METHOD(Apps, "apps: a bundle is not signed as an APK") {
  must_accept(release("1.0", {{"app.aab", "", bundle_for(7)}}));
  check_refused(*this, send(sign_request("1.0", bundle_for(7))), "apk-was-accepted",
                "was never accepted");
}

TEST_CASE_METHOD(Apps, "sign-aab: an accepted bundle gets a v1 signature by the newest key") {
  const std::string bundle = bundle_for(7);
  must_accept(release("1.0", {{"app.aab", "", bundle}}));
  Message request;
  request.body = {{"type", "sign-aab"}, {"artefact", sha256(bundle).hex()}, {"key", "app"}};
  request.fds.push_back(deb_test::memory_file(bundle));
  request.fds.push_back(deb_test::memory_file(""));
  const auto answer = send(request);
  INFO((answer.ok() ? "" : answer.error().message()));
  REQUIRE(answer.ok());
  CHECK(answer->body["schemes"] == Json::array({"v1"}));
  const auto written = digest_fd(request.fds[1].get());
  REQUIRE(written.ok());
  CHECK(answer->body["sha256"] == written->sha256.hex());
  CHECK(log_text().find("\"kind\":\"aab\"") != std::string::npos);
  CHECK(keys.signatures == 1);
}

TEST_CASE_METHOD(Apps, "apps: an APK named as a bundle's is another artefact than a bundle") {
  check_refused(*this, accept(release("1.0", {{"app.apk", "", bundle_for(7)}})),
                "artefacts-fit-the-recipe", "AndroidManifest.xml");
}

}  // namespace
}  // namespace hallmark::signer_test
