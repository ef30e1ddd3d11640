#include "verify/apk/jar_signature.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace hallmark {
namespace {

constexpr std::string_view kFolder = "META-INF/";
constexpr std::string_view kManifest = "MANIFEST.MF";
constexpr std::array<std::string_view, 4> kEndings = {".SF", ".RSA", ".DSA", ".EC"};

// The name within META-INF in capital letters; empty for what is elsewhere or deeper.
std::string name_in_folder(std::string_view entry_name) {
  std::string name(entry_name);
  for (char& c : name) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  if (!name.starts_with(kFolder)) return "";
  name.erase(0, kFolder.size());
  return name.find('/') == std::string::npos ? name : "";
}

bool is_signature(const std::string& name) {
  return name.starts_with("SIG-") ||
         std::any_of(kEndings.begin(), kEndings.end(),
                     [&name](std::string_view ending) { return name.ends_with(ending); });
}

}  // namespace

bool is_jar_signature_file(std::string_view entry_name) {
  const std::string name = name_in_folder(entry_name);
  return name == kManifest || is_signature(name);
}

bool is_jar_signature_file_in_odd_case(std::string_view entry_name) {
  const std::string name = name_in_folder(entry_name);
  if (name == kManifest) return entry_name != std::string(kFolder) + std::string(kManifest);
  return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view ending) {
    return name.ends_with(ending) &&
           !(entry_name.starts_with(kFolder) && entry_name.ends_with(ending));
  });
}

bool has_v1_signature(const ZipArchive& archive) {
  return std::any_of(archive.entries.begin(), archive.entries.end(), [](const ZipEntry& entry) {
    return is_signature(name_in_folder(entry.name));
  });
}

}  // namespace hallmark
