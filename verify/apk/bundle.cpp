#include "verify/apk/bundle.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>

#include "verify/apk/native_code.hpp"
#include "verify/apk/proto_xml.hpp"
#include "verify/apk/zip_parts.hpp"

namespace hallmark {
namespace {

constexpr const char* kConfiguration = "BundleConfig.pb";
constexpr const char* kBase = "base";
constexpr std::string_view kManifestPath = "/manifest/AndroidManifest.xml";
constexpr std::size_t kMaxModules = 256;
constexpr uint64_t kMaxManifests = uint64_t{16} << 20U;  // of all modules together

Error malformed(std::string why) { return verification_error("BUNDLE_MALFORMED", std::move(why)); }

struct Module {
  std::string name;
  const ZipEntry* manifest = nullptr;
};

std::vector<Module> modules_of(const ZipArchive& archive) {
  std::vector<Module> modules;
  for (const ZipEntry& entry : archive.entries) {
    if (!entry.name.ends_with(kManifestPath)) continue;
    const std::string name = entry.name.substr(0, entry.name.size() - kManifestPath.size());
    if (name.find('/') == std::string::npos) modules.push_back({name, &entry});
  }
  std::sort(modules.begin(), modules.end(),
            [](const Module& a, const Module& b) { return a.name < b.name; });
  return modules;
}

Status check_structure(const ZipArchive& archive, const std::vector<Module>& modules) {
  if (archive.find(kConfiguration) == nullptr) return malformed("there is no BundleConfig.pb");
  for (const char* name : {"AndroidManifest.xml", "classes.dex"}) {
    if (archive.find(name) != nullptr) {
      return malformed(std::string("there is a ") + name + " at the top, as in an APK");
    }
  }
  if (modules.size() > kMaxModules) return malformed("there are more than 256 modules");
  const uint64_t manifests = std::accumulate(
      modules.begin(), modules.end(), uint64_t{0},
      [](uint64_t sum, const Module& module) { return sum + module.manifest->size; });
  if (manifests > kMaxManifests) return malformed("the modules' manifests are over 16 MiB");
  const bool has_base = std::any_of(modules.begin(), modules.end(),
                                    [](const Module& module) { return module.name == kBase; });
  return has_base ? ok_status() : malformed("there is no module 'base'");
}

Result<ApkManifest> read_module(const FileBytes& untrusted_file, const Module& module) {
  HALLMARK_TRY(const std::vector<uint8_t> bytes,
               read_zip_entry(untrusted_file, *module.manifest, kMaxManifestSize));
  HALLMARK_TRY(const XmlDocument document, parse_proto_xml(bytes));
  return manifest_facts(document);
}

// A module of resources alone need not have a version.
Status check_same_application(const Module& module, const ApkManifest& found,
                              const ApkManifest& base) {
  if (found.package != base.package) {
    return malformed("module '" + printable_name(module.name) + "' is of another application");
  }
  if (found.version_code != base.version_code && found.version_code != 0) {
    return malformed("module '" + printable_name(module.name) + "' has another version code");
  }
  return ok_status();
}

}  // namespace

bool looks_like_bundle(const ZipArchive& archive) {
  return archive.find(kConfiguration) != nullptr &&
         archive.find(std::string(kBase) + std::string(kManifestPath)) != nullptr;
}

Result<AppBundle> read_app_bundle(const FileBytes& untrusted_file, const ZipArchive& archive) {
  const std::vector<Module> modules = modules_of(archive);
  HALLMARK_CHECK(check_structure(archive, modules));
  AppBundle bundle;
  bool debuggable = false;
  for (const Module& module : modules) {
    bundle.modules.push_back(module.name);
    if (module.name != kBase) continue;
    HALLMARK_TRY(bundle.manifest, read_module(untrusted_file, module));
  }
  for (const Module& module : modules) {
    HALLMARK_TRY(const ApkManifest found, read_module(untrusted_file, module));
    HALLMARK_CHECK(check_same_application(module, found, bundle.manifest));
    debuggable = debuggable || found.debuggable;
  }
  bundle.manifest.debuggable = debuggable;
  bundle.abis = bundle_native_abis(archive);
  return bundle;
}

Result<AppBundle> read_app_bundle(int untrusted_fd) {
  HALLMARK_TRY(const FileBytes file, FileBytes::open(untrusted_fd));
  HALLMARK_TRY(const ZipArchive archive, read_zip(file));
  return read_app_bundle(file, archive);
}

}  // namespace hallmark
