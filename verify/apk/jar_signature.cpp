#include "verify/apk/jar_signature.hpp"

#include <algorithm>
#include <array>

namespace hallmark {
namespace {

constexpr std::string_view kFolder = "META-INF/";
constexpr std::array<std::string_view, 4> kEndings = {".SF", ".RSA", ".DSA", ".EC"};

bool is_signature_file(const std::string& entry_name) {
  std::string name = entry_name;
  for (char& c : name) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  if (!name.starts_with(kFolder)) return false;
  const std::string file = name.substr(kFolder.size());
  if (file.find('/') != std::string::npos) return false;
  return file.starts_with("SIG-") ||
         std::any_of(kEndings.begin(), kEndings.end(),
                     [&file](std::string_view ending) { return file.ends_with(ending); });
}

}  // namespace

bool has_v1_signature(const ZipArchive& archive) {
  return std::any_of(archive.entries.begin(), archive.entries.end(),
                     [](const ZipEntry& entry) { return is_signature_file(entry.name); });
}

}  // namespace hallmark
