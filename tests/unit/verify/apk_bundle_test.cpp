// App bundles: the same facts as from an APK, from protobuf.
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/verify/apk_bundle_fixtures.hpp"
#include "verify/apk/bundle.hpp"
#include "verify/apk/proto_xml.hpp"

namespace hallmark::apk_test {
namespace {

const char* const kMalformed = "APK_MANIFEST_MALFORMED";

Result<ApkManifest> facts_of(std::span<const uint8_t> message) {
  HALLMARK_TRY(const XmlDocument document, parse_proto_xml(message));
  return manifest_facts(document);
}
std::string refusal_of(std::span<const uint8_t> message) {
  const auto manifest = facts_of(message);
  return manifest.ok() ? "accepted" : manifest.error().subject;
}

std::string bundle_verdict(const std::vector<TestEntry>& entries) {
  const UniqueFd fd = memory_file(write_zip(entries).file());
  const auto bundle = read_app_bundle(fd.get());
  return bundle.ok() ? "accepted" : bundle.error().subject;
}

TestElement feature_manifest() {
  TestElement manifest = manifest_tree();
  manifest.attributes.push_back(text("split", 0, "camera"));
  return manifest;
}

TEST_CASE("proto XML: the same facts as from binary XML") {
  TestElement root = manifest_tree({.min_sdk = 26, .debuggable = true});
  root.children.push_back(
      {"uses-permission", {text("name", 0x01010003, "android.permission.INTERNET")}, {}});
  const auto manifest = facts_of(proto_xml(root));
  INFO((manifest.ok() ? "" : manifest.error().message()));
  REQUIRE(manifest.ok());
  CHECK(manifest->package == "org.example.test");
  CHECK(manifest->version_code == 7);
  CHECK(manifest->version_name == "1.2");
  CHECK(manifest->min_sdk == 26);
  CHECK(manifest->target_sdk == 33);
  CHECK(manifest->debuggable);
  REQUIRE(manifest->permissions.size() == 1);
  CHECK(manifest->permissions[0].name == "android.permission.INTERNET");
}

TEST_CASE("proto XML: a reference is no number") {
  TestElement root = manifest_tree();
  root.children[1].attributes.push_back({"debuggable", 0x0101000f, 1, 0x7f010001, ""});
  CHECK(refusal_of(proto_xml(root)) == "APK_MANIFEST_UNSUPPORTED");
}

TEST_CASE("proto XML: cut short") {
  const Buffer good = proto_xml(manifest_tree());
  for (std::size_t size = 0; size < good.size(); ++size) {
    // The node's own position comes last, and may be missing.
    const std::string refusal = refusal_of(std::span(good).first(size));
    CHECK((refusal == kMalformed || size == good.size() - 4));
  }
}

// A message of these fields, each with bytes.
Buffer message(const std::vector<std::pair<uint32_t, Buffer>>& fields) {
  ProtoWriter out;
  for (const auto& [number, content] : fields) out.bytes(number, content);
  return out.view();
}
Buffer text_bytes(std::string_view text) { return Buffer(text.begin(), text.end()); }

TEST_CASE("proto XML: two of what there may be one of") {
  const Buffer name = text_bytes("manifest");
  const Buffer element = message({{3, name}});
  CHECK(refusal_of(message({{1, element}, {1, element}})) == kMalformed);
  CHECK(refusal_of(message({{1, element}, {2, name}})) == kMalformed);
  CHECK(refusal_of(message({{2, name}})) == kMalformed);
  CHECK(refusal_of(message({{1, message({{3, name}, {3, name}})}})) == kMalformed);
  CHECK(refusal_of(message({{1, {}}})) == kMalformed);
}

TEST_CASE("proto XML: an attribute of two values") {
  const auto with = [](const Buffer& attribute) {
    return message({{1, message({{3, text_bytes("manifest")}, {4, attribute}})}});
  };
  const Buffer package = text_bytes("package");
  const Buffer name = text_bytes("org.example.test");
  CHECK(refusal_of(with(message({{2, package}, {3, name}}))) == "accepted");
  CHECK(refusal_of(with(message({{2, package}, {3, name}, {3, name}}))) == kMalformed);
  const auto compiled = [](std::string_view text) {
    return message({{2, message({{1, text_bytes(text)}})}});
  };
  CHECK(refusal_of(with(message({{2, package}, {3, name}, {6, compiled("org.example.test")}}))) ==
        "accepted");
  CHECK(refusal_of(with(message({{2, package}, {3, name}, {6, compiled("org.example.other")}}))) ==
        kMalformed);
  const Buffer two_items = message({{2, message({{1, name}})}, {3, message({{1, name}})}});
  CHECK(refusal_of(with(message({{2, package}, {3, name}, {6, two_items}}))) == kMalformed);
}

TEST_CASE("proto XML: nesting") {
  const auto nested = [](int levels) {
    TestElement root{"x", {}, {}};
    for (int i = 0; i < levels; ++i) root = TestElement{"x", {}, {root}};
    root.name = "manifest";
    root.attributes = {text("package", 0, "a.b")};
    return proto_xml(root);
  };
  CHECK(refusal_of(nested(99)) == "accepted");
  CHECK(refusal_of(nested(100)) == kMalformed);
}

TEST_CASE("proto XML: more elements than any manifest has") {
  ProtoWriter root;
  root.text(3, "manifest");
  const Buffer child = message({{2, {}}});
  for (int i = 0; i < 65537; ++i) root.bytes(5, child);
  CHECK(refusal_of(message({{1, root.view()}})) == kMalformed);
  CHECK(refusal_of(Buffer(kMaxManifestSize + 1, 0)) == kMalformed);
}

TEST_CASE("proto XML: numbers that are none") {
  CHECK(refusal_of(Buffer(11, 0xff)) == kMalformed);    // a varint without an end
  CHECK(refusal_of(Buffer{0x0b}) == kMalformed);        // a group
  CHECK(refusal_of(Buffer{0x02, 0x00}) == kMalformed);  // field 0
  CHECK(refusal_of(Buffer{0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f}) == kMalformed);
}

TEST_CASE("bundle: what is read") {
  auto entries = bundle_entries(manifest_tree());
  entries.push_back(deflated("camera/manifest/AndroidManifest.xml", proto_xml(feature_manifest())));
  entries.push_back(stored("camera/lib/x86/libcamera.so", {1}));
  const UniqueFd fd = memory_file(write_zip(entries).file());
  const auto bundle = read_app_bundle(fd.get());
  INFO((bundle.ok() ? "" : bundle.error().message()));
  REQUIRE(bundle.ok());
  CHECK(bundle->manifest.package == "org.example.test");
  CHECK(bundle->manifest.version_code == 7);
  CHECK_FALSE(bundle->manifest.debuggable);
  CHECK(bundle->modules == std::vector<std::string>{"base", "camera"});
  CHECK(bundle->abis == std::vector<std::string>{"arm64-v8a", "x86"});
}

TEST_CASE("bundle: debuggable if one module is") {
  auto entries = bundle_entries(manifest_tree());
  TestElement feature = feature_manifest();
  feature.children[1].attributes.push_back({"debuggable", 0x0101000f, 0x12, 1, ""});
  entries.push_back(deflated("camera/manifest/AndroidManifest.xml", proto_xml(feature)));
  const UniqueFd fd = memory_file(write_zip(entries).file());
  const auto bundle = read_app_bundle(fd.get());
  REQUIRE(bundle.ok());
  CHECK(bundle->manifest.debuggable);
}

TEST_CASE("bundle: refused") {
  const auto good = bundle_entries(manifest_tree());
  REQUIRE(bundle_verdict(good) == "accepted");
  auto entries = good;
  SECTION("an APK at the same time") { entries.push_back(stored("AndroidManifest.xml", {1})); }
  SECTION("code at the top") { entries.push_back(stored("classes.dex", {1})); }
  SECTION("no configuration") { entries.erase(entries.begin()); }
  SECTION("no base") {
    entries[1] = deflated("camera/manifest/AndroidManifest.xml", proto_xml(manifest_tree()));
  }
  SECTION("manifests of more than 16 MiB together") {
    for (const std::string module : {"a", "b", "c", "d", "e"}) {
      entries.push_back(
          deflated(module + "/manifest/AndroidManifest.xml", Buffer(kMaxManifestSize, 0)));
    }
  }
  SECTION("a module of another application") {
    TestElement other = feature_manifest();
    other.attributes[2].text = "org.example.other";
    entries.push_back(deflated("camera/manifest/AndroidManifest.xml", proto_xml(other)));
  }
  SECTION("a module of another version") {
    TestElement other = feature_manifest();
    other.attributes[0].data = 8;
    entries.push_back(deflated("camera/manifest/AndroidManifest.xml", proto_xml(other)));
  }
  CHECK(bundle_verdict(entries) == "BUNDLE_MALFORMED");
}

TEST_CASE("bundle: a module's manifest in binary XML") {
  auto entries = bundle_entries(manifest_tree());
  entries[1] =
      deflated("base/manifest/AndroidManifest.xml", BinaryXmlWriter().write(manifest_tree()));
  CHECK(bundle_verdict(entries) == kMalformed);
}

}  // namespace
}  // namespace hallmark::apk_test
