#include "verify/apk/jar_files.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>

#include "verify/apk/zip_parts.hpp"

namespace hallmark {
namespace {

constexpr std::string_view kFolder = "META-INF/";
constexpr std::string_view kManifest = "META-INF/MANIFEST.MF";
constexpr std::string_view kSignatureFileEnding = ".SF";
constexpr std::array<std::string_view, 3> kBlockEndings = {".RSA", ".DSA", ".EC"};
constexpr std::size_t kMaxWarnings = 20;  // more say nothing more

bool is_block(std::string_view name) {
  return std::any_of(kBlockEndings.begin(), kBlockEndings.end(),
                     [name](std::string_view ending) { return name.ends_with(ending); });
}

std::string signature_file_of(const std::string& block) {
  return block.substr(0, block.rfind('.')) + std::string(kSignatureFileEnding);
}

}  // namespace

JarFiles find_jar_files(const ZipArchive& archive, std::vector<ApkFinding>& warnings) {
  JarFiles files;
  std::map<std::string, const ZipEntry*> signature_files;
  std::vector<const ZipEntry*> blocks;
  for (const ZipEntry& entry : archive.entries) {
    if (!entry.name.starts_with(kFolder)) continue;
    if (entry.name == kManifest) files.manifest = &entry;
    if (entry.name.ends_with(kSignatureFileEnding)) signature_files[entry.name] = &entry;
    if (is_block(entry.name)) blocks.push_back(&entry);
  }
  files.any = !signature_files.empty() || !blocks.empty();
  for (const ZipEntry* block : blocks) {
    const auto found = signature_files.find(signature_file_of(block->name));
    if (found != signature_files.end()) {
      files.signers.push_back({block, found->second});
    } else if (warnings.size() < kMaxWarnings) {
      warnings.push_back(
          {"JAR_SIG_MISSING_FILE", printable_name(block->name) + " has no signature file"});
    }
  }
  return files;
}

}  // namespace hallmark
