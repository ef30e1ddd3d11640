// Manifests: what is read from good ones, and what is refused because it could be read in two ways.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "tests/unit/verify/apk_fixtures.hpp"
#include "verify/apk/manifest.hpp"
#include "verify/apk/native_code.hpp"

namespace hallmark::apk_test {
namespace {

constexpr uint32_t kNameId = 0x01010003;
constexpr uint32_t kDebuggableId = 0x0101000f;
constexpr uint32_t kMaxSdkId = 0x01010271;

std::string refusal_of(const TestElement& root) {
  const auto manifest = parse_apk_manifest(BinaryXmlWriter().write(root));
  return manifest.ok() ? "accepted" : manifest.error().subject;
}
std::string refusal_of_bytes(std::span<const uint8_t> bytes) {
  const auto manifest = parse_apk_manifest(bytes);
  return manifest.ok() ? "accepted" : manifest.error().subject;
}

TEST_CASE("manifest: what is read") {
  for (const bool utf8 : {false, true}) {
    const auto manifest = parse_apk_manifest(BinaryXmlWriter(utf8).write(manifest_tree()));
    REQUIRE(manifest.ok());
    CHECK(manifest->package == "org.example.test");
    CHECK(manifest->version_code == 7);
    CHECK(manifest->version_name == "1.2");
    CHECK(manifest->min_sdk == 24);
    CHECK(manifest->target_sdk == 33);
    CHECK_FALSE(manifest->debuggable);
  }
}

TEST_CASE("manifest: what is assumed when nothing is said") {
  const auto manifest =
      parse_apk_manifest(BinaryXmlWriter().write({"manifest", {text("package", 0, "a.b")}, {}}));
  REQUIRE(manifest.ok());
  CHECK(manifest->version_code == 0);
  CHECK(manifest->version_name.empty());
  CHECK(manifest->min_sdk == 1);
  CHECK(manifest->target_sdk == 1);
  CHECK_FALSE(manifest->debuggable);
}

TEST_CASE("manifest: versionCodeMajor is the upper half") {
  TestElement root = manifest_tree();
  root.attributes.push_back(number("versionCodeMajor", 0x01010576, 2));
  const auto manifest = parse_apk_manifest(BinaryXmlWriter().write(root));
  REQUIRE(manifest.ok());
  CHECK(manifest->version_code == (uint64_t{2} << 32U) + 7);
}

TEST_CASE("manifest: debuggable") {
  const auto debuggable = parse_apk_manifest(
      BinaryXmlWriter().write(manifest_tree({.min_sdk = 24, .debuggable = true})));
  REQUIRE(debuggable.ok());
  CHECK(debuggable->debuggable);

  const auto with = [](const TestAttribute& attribute) {
    TestElement root = manifest_tree();
    root.children[1].attributes.push_back(attribute);
    return root;
  };
  // Android goes by the resource id, whatever the attribute's name is …
  const auto disguised =
      parse_apk_manifest(BinaryXmlWriter().write(with({"x", kDebuggableId, 0x12, 1, ""})));
  REQUIRE(disguised.ok());
  CHECK(disguised->debuggable);
  // … and not by the name alone.
  const auto named =
      parse_apk_manifest(BinaryXmlWriter().write(with({"debuggable", 0, 0x12, 1, ""})));
  REQUIRE(named.ok());
  CHECK_FALSE(named->debuggable);
  CHECK(refusal_of(with(text("debuggable", kDebuggableId, "true"))) == "APK_MANIFEST_UNSUPPORTED");
  CHECK(refusal_of(with({"debuggable", kDebuggableId, 1, 0x7f010001, ""})) ==
        "APK_MANIFEST_UNSUPPORTED");
  TestElement twice = with({"debuggable", kDebuggableId, 0x12, 0, ""});
  twice.children[1].attributes.push_back({"debuggable", kDebuggableId, 0x12, 1, ""});
  CHECK(refusal_of(twice) == "APK_MANIFEST_MALFORMED");
}

TEST_CASE("manifest: a name in overlong UTF-8 hides no debuggable application") {
  const auto refusal_with = [](const std::string& name) {
    TestElement root = manifest_tree();
    root.children.push_back({name, {{"debuggable", kDebuggableId, 0x12, 0xffffffff, ""}}, {}});
    return refusal_of_bytes(BinaryXmlWriter(true).write(root));
  };
  // Each is "application" to Android, which does not mind the bytes that are too many.
  for (const char* name : {"\xc1\xa1pplication", "\xe0\x81\xa1pplication", "\xe0\x01\xa1pplication",
                           "\xf0\x80\x81\xa1pplication", "\xf8\x80\x81\xa1pplication"}) {
    INFO(name);
    CHECK(refusal_with(name) == "APK_MANIFEST_MALFORMED");
  }
  // Honest: é, a character of three bytes, one of four, and the same as Java's tools write it.
  for (const char* name :
       {"\xc3\xa9", "\xe0\xa4\x85", "\xf0\x9f\x98\x80", "\xed\xa0\xbd\xed\xb8\x80"}) {
    INFO(name);
    CHECK(refusal_with(name) == "accepted");
  }
}

TEST_CASE("manifest: an attribute under a number that resources could map to the framework's") {
  const auto refusal_with = [](uint32_t package) {
    TestElement root = manifest_tree();
    const uint32_t id = package << 24U | (kDebuggableId & 0xffffff);
    root.children[1].attributes.push_back({"debuggable", id, 0x12, 0xffffffff, ""});
    return refusal_of(root);
  };
  for (const uint32_t package : {0x00U, 0x02U, 0x7eU, 0x80U, 0xffU}) {
    CHECK(refusal_with(package) == "APK_MANIFEST_MALFORMED");
  }
  CHECK(refusal_with(0x7f) == "accepted");  // the application's own, whatever it means
}

TEST_CASE("manifest: resource ids that come after the first element are none to Android") {
  const Buffer good = BinaryXmlWriter().write(manifest_tree());
  LittleEndianReader pool_size{std::span(good).subspan(12)};
  const std::size_t map = 8 + std::size_t{pool_size.u32()};
  LittleEndianReader map_size{std::span(good).subspan(map + 4)};
  const auto first_node = good.begin() + static_cast<long>(map + map_size.u32());
  Buffer moved(good.begin(), good.begin() + static_cast<long>(map));
  moved.insert(moved.end(), first_node, good.end());
  moved.insert(moved.end(), good.begin() + static_cast<long>(map), first_node);
  CHECK(refusal_of_bytes(moved) == "APK_MANIFEST_MALFORMED");
}

ApkManifest manifest_of(const TestElement& root) {
  const auto manifest = parse_apk_manifest(BinaryXmlWriter().write(root));
  INFO((manifest.ok() ? "" : manifest.error().message()));
  REQUIRE(manifest.ok());
  return *manifest;
}

TEST_CASE("manifest: the sandbox version that the app is made for") {
  CHECK(manifest_of(manifest_tree()).target_sandbox_version == 1);
  TestElement root = manifest_tree();
  root.attributes.push_back(number("targetSandboxVersion", 0x0101054c, 2));
  CHECK(manifest_of(root).target_sandbox_version == 2);
  root.attributes.push_back(number("targetSandboxVersion", 0x0101054c, 1));
  CHECK(refusal_of(root) == "APK_MANIFEST_MALFORMED");
}

TEST_CASE("manifest: permissions") {
  TestElement root = manifest_tree();
  const auto add = [&root](const char* element, std::vector<TestAttribute> attributes) {
    root.children.push_back({element, std::move(attributes), {}});
  };
  add("uses-permission", {text("name", kNameId, "android.permission.INTERNET")});
  add("uses-permission", {text("name", kNameId, "a.OLD"), number("maxSdkVersion", kMaxSdkId, 18)});
  add("uses-permission", {text("name", 0, "not.by.its.name.ALONE")});
  add("uses-permission", {{"name", kNameId, 1, 0x7f010001, ""}});
  add("uses-permission-sdk-23", {text("name", kNameId, "a.NEW")});
  root.children[1].children.push_back({"uses-permission", {text("name", kNameId, "inner")}, {}});
  const std::vector<ApkPermission> found = manifest_of(root).permissions;
  REQUIRE(found.size() == 3);
  CHECK(found[0].name == "android.permission.INTERNET");
  CHECK_FALSE(found[0].max_sdk);
  CHECK_FALSE(found[0].from_sdk_23);
  CHECK(found[1].name == "a.OLD");
  CHECK(found[1].max_sdk == std::optional<uint32_t>(18));
  CHECK(found[2].name == "a.NEW");
  CHECK(found[2].from_sdk_23);
}

TEST_CASE("manifest: permissions beyond the limits") {
  TestElement root = manifest_tree();
  SECTION("too many") {
    for (int i = 0; i < 4097; ++i) {
      root.children.push_back({"uses-permission", {text("name", kNameId, "a.b")}, {}});
    }
  }
  SECTION("a name that is too long") {
    root.children.push_back(
        {"uses-permission", {text("name", kNameId, std::string(1025, 'a'))}, {}});
  }
  CHECK(refusal_of(root) == "APK_MANIFEST_UNSUPPORTED");
}

TEST_CASE("manifest: splits") {
  CHECK(manifest_of(manifest_tree()).split.empty());
  TestElement root = manifest_tree();
  root.attributes.push_back(text("split", 0, "config.arm64_v8a"));
  root.attributes.push_back(text("configForSplit", 0, "camera"));
  root.attributes.push_back({"isFeatureSplit", 0x0101055b, 0x12, 0xffffffff, ""});
  root.children.push_back({"uses-split", {text("name", kNameId, "base_camera")}, {}});
  const ApkManifest found = manifest_of(root);
  CHECK(found.split == "config.arm64_v8a");
  CHECK(found.config_for_split == "camera");
  CHECK(found.feature_split);
  CHECK(found.uses_splits == std::vector<std::string>{"base_camera"});
  root.attributes.push_back(text("split", 0, "another"));
  CHECK(refusal_of(root) == "APK_MANIFEST_MALFORMED");
}

TEST_CASE("manifest: what the application says of itself") {
  TestElement root = manifest_tree();
  CHECK_FALSE(manifest_of(root).test_only);
  CHECK_FALSE(manifest_of(root).multi_arch);
  CHECK_FALSE(manifest_of(root).extract_native_libs);
  for (const auto& [name, id] : {std::pair<const char*, uint32_t>{"testOnly", 0x01010272},
                                 {"multiArch", 0x0101048e},
                                 {"extractNativeLibs", 0x010104ea}}) {
    root.children[1].attributes.push_back({name, id, 0x12, 0xffffffff, ""});
  }
  CHECK(manifest_of(root).test_only);
  CHECK(manifest_of(root).multi_arch);
  CHECK(manifest_of(root).extract_native_libs == std::optional<bool>(true));
  // Nothing is judged by these, so a reference is nothing to refuse.
  root.children[1].attributes.back() = {"extractNativeLibs", 0x010104ea, 1, 0x7f010001, ""};
  CHECK_FALSE(manifest_of(root).extract_native_libs);
}

ZipArchive archive_of(const std::vector<std::string>& names) {
  ZipArchive archive;
  for (const std::string& name : names) {
    archive.entries.emplace_back();
    archive.entries.back().name = name;
  }
  return archive;
}

TEST_CASE("native code: the ABIs of an APK") {
  using Names = std::vector<std::string>;
  CHECK(native_abis(archive_of({"classes.dex", "lib/arm64-v8a/"})).empty());
  CHECK(native_abis(archive_of({"lib/x86/libb.so", "lib/arm64-v8a/liba.so", "lib/x86/liba.so"})) ==
        Names{"arm64-v8a", "x86"});
  // What Android would not load says nothing of processors.
  CHECK(native_abis(archive_of({"lib/foo/liba.so", "lib/x86/a.txt", "lib/liba.so",
                                "lib/x86/inner/liba.so", "assets/lib/x86/liba.so"}))
            .empty());
  CHECK(bundle_native_abis(archive_of({"base/lib/x86_64/liba.so", "camera/lib/x86/libb.so",
                                       "lib/arm64-v8a/libc.so"})) == Names{"x86", "x86_64"});
}

TEST_CASE("manifest: refused") {
  const char* malformed = "APK_MANIFEST_MALFORMED";
  TestElement root = manifest_tree();
  root.name = "application";
  CHECK(refusal_of(root) == malformed);
  root = manifest_tree();
  root.children.push_back(root.children[1]);
  CHECK(refusal_of(root) == malformed);
  root = manifest_tree();
  root.children.push_back(root.children[0]);
  CHECK(refusal_of(root) == malformed);
  root = manifest_tree();
  root.attributes.push_back(text("package", 0, "org.example.other"));
  CHECK(refusal_of(root) == malformed);
  for (const char* package : {"", "a b", "a/b", "\xc3\xa9"}) {
    root = manifest_tree();
    root.attributes[2].text = package;
    CHECK(refusal_of(root) == malformed);
  }
  root = manifest_tree();
  root.attributes.pop_back();
  CHECK(refusal_of(root) == malformed);
  root = manifest_tree();
  root.children[0].attributes[0] = text("minSdkVersion", 0x0101020c, "Tiramisu");
  CHECK(refusal_of(root) == "APK_MANIFEST_UNSUPPORTED");
}

TEST_CASE("manifest: an element elsewhere is not the one that counts") {
  TestElement root = manifest_tree();
  TestElement hidden{"application", {{"debuggable", kDebuggableId, 0x12, 1, ""}}, {}};
  root.children[1].children.push_back(hidden);
  const auto manifest = parse_apk_manifest(BinaryXmlWriter().write(root));
  REQUIRE(manifest.ok());
  CHECK_FALSE(manifest->debuggable);
}

TEST_CASE("manifest: nesting") {
  const auto nested = [](int levels) {
    TestElement root{"x", {}, {}};
    for (int i = 0; i < levels; ++i) root = TestElement{"x", {}, {root}};
    root.name = "manifest";
    root.attributes = {text("package", 0, "a.b")};
    return root;
  };
  CHECK(refusal_of(nested(99)) == "accepted");
  CHECK(refusal_of(nested(100)) == "APK_MANIFEST_MALFORMED");
}

TEST_CASE("manifest: structure") {
  const Buffer good = BinaryXmlWriter().write(manifest_tree());
  const char* malformed = "APK_MANIFEST_MALFORMED";
  CHECK(refusal_of_bytes({}) == malformed);
  for (std::size_t size = 0; size < good.size(); ++size) {
    CHECK(refusal_of_bytes(std::span(good).first(size)) == malformed);
  }
  Buffer forged = good;
  forged.push_back(0);
  CHECK(refusal_of_bytes(forged) == malformed);
  CHECK(refusal_of_bytes(Buffer(kMaxManifestSize + 1, 0)) == malformed);
  CHECK(refusal_of_bytes(as_bytes("<?xml version=\"1.0\"?><manifest/>")) == malformed);
}

TEST_CASE("manifest: a string that is not as long as it says") {
  for (const bool utf8 : {false, true}) {
    const Buffer good = BinaryXmlWriter(utf8).write(manifest_tree());
    // The first string's: after the document's header, 28 bytes of the pool's and the offsets.
    const auto start = static_cast<std::size_t>(good[8 + 20] | good[8 + 21] << 8) + 8;
    const std::size_t length = start + (utf8 ? 1 : 0);
    for (const int more : {-1, 1}) {
      Buffer forged = good;
      forged[length] = static_cast<uint8_t>(forged[length] + more);
      CHECK(refusal_of_bytes(forged) == "APK_MANIFEST_MALFORMED");
    }
  }
}

TEST_CASE("manifest: attributes that begin inside the element's own fields") {
  const Buffer good = BinaryXmlWriter().write(manifest_tree());
  const Buffer fields = {20, 0, 20, 0};  // where they begin, and the size of each
  const auto found = std::search(good.begin(), good.end(), fields.begin(), fields.end());
  REQUIRE(found != good.end());
  Buffer forged = good;
  forged[static_cast<std::size_t>(found - good.begin())] = 0;
  CHECK(refusal_of_bytes(forged) == "APK_MANIFEST_MALFORMED");
}

TEST_CASE("manifest: a million strings that are all the same bytes") {
  // Without a limit on what is decoded, 4 MiB of input would become 32 GiB.
  constexpr uint32_t kCount = 900000;
  LittleEndianWriter pool;
  const uint32_t strings_start = 28 + 4 * kCount;
  pool.u16(1);
  pool.u16(28);
  pool.u32(strings_start + 4 + 0x7fff + 1);
  pool.u32(kCount);
  pool.u32(0);
  pool.u32(0x100);
  pool.u32(strings_start);
  pool.u32(0);
  pool.zeros(std::size_t{4} * kCount);
  pool.bytes(Buffer{0xff, 0xff, 0xff, 0xff});
  pool.bytes(Buffer(0x7fff, 'a'));
  pool.zeros(1);
  LittleEndianWriter document;
  document.u16(3);
  document.u16(8);
  document.u32(static_cast<uint32_t>(8 + pool.size()));
  document.bytes(pool.view());
  CHECK(refusal_of_bytes(document.view()) == "APK_MANIFEST_MALFORMED");
}

}  // namespace
}  // namespace hallmark::apk_test
