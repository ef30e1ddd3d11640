#include "verify/apk/native_code.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace hallmark {
namespace {

// Those of Android's NDK, past and present. A folder of another name is no native code to Android.
constexpr std::array<std::string_view, 8> kAbis = {"arm64-v8a", "armeabi", "armeabi-v7a", "mips",
                                                   "mips64",    "riscv64", "x86",         "x86_64"};

// The ABI in "lib/ABI/NAME.so"; empty if the path is another.
std::string_view abi_of(std::string_view path) {
  constexpr std::string_view kFolder = "lib/";
  if (!path.starts_with(kFolder) || !path.ends_with(".so")) return {};
  path.remove_prefix(kFolder.size());
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos || path.find('/', slash + 1) != std::string_view::npos) {
    return {};
  }
  const std::string_view folder = path.substr(0, slash);
  return std::find(kAbis.begin(), kAbis.end(), folder) == kAbis.end() ? std::string_view() : folder;
}

std::string_view without_module(std::string_view path) {
  const std::size_t slash = path.find('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
}

template <typename Shorten>
std::vector<std::string> abis_of(const ZipArchive& archive, const Shorten& shorten) {
  std::set<std::string> found;
  for (const ZipEntry& entry : archive.entries) {
    const std::string_view abi = abi_of(shorten(entry.name));
    if (!abi.empty()) found.emplace(abi);
  }
  return {found.begin(), found.end()};
}

}  // namespace

std::vector<std::string> native_abis(const ZipArchive& archive) {
  return abis_of(archive, [](std::string_view name) { return name; });
}

std::vector<std::string> bundle_native_abis(const ZipArchive& archive) {
  return abis_of(archive, without_module);
}

}  // namespace hallmark
