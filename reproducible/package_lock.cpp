#include <algorithm>

#include "reproducible/dependency_list.hpp"

namespace hallmark {
namespace {

constexpr std::string_view kModules = "node_modules/";
constexpr std::string_view kDigest = "sha512-";
constexpr std::size_t kSha512Size = 64;  // bytes

bool is_name_part(std::string_view part) {
  return !part.empty() && part.size() <= 214 && part.front() != '.' &&
         std::all_of(part.begin(), part.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '-' || c == '_' || c == '.' || c == '~';
         });
}

// "NAME" or "@SCOPE/NAME"
bool is_package_name(std::string_view name) {
  if (!name.starts_with('@')) return is_name_part(name);
  const std::size_t slash = name.find('/');
  return slash != std::string_view::npos && is_name_part(name.substr(1, slash - 1)) &&
         is_name_part(name.substr(slash + 1));
}

std::string text_in(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

bool is_set(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

// Of several digests, with spaces between them, the SHA-512; empty: there is none.
std::string sha512_among(std::string_view integrity) {
  for (std::size_t begin = 0; begin <= integrity.size();) {
    const std::size_t end = std::min(integrity.find(' ', begin), integrity.size());
    const std::string_view one = integrity.substr(begin, end - begin);
    if (one.starts_with(kDigest)) {
      const auto decoded = base64_decode(one.substr(kDigest.size()));
      if (decoded.ok() && decoded->size() == kSha512Size) return std::string(one);
    }
    begin = end + 1;
  }
  return "";
}

// `path`: where the package is put, "node_modules/a/node_modules/b".
Result<ListedDependency> read_entry(const std::string& path, const Json& entry,
                                    const std::string& subject) {
  ListedDependency one;
  one.name = text_in(entry, "name");
  if (one.name.empty()) one.name = path.substr(path.rfind(kModules) + kModules.size());
  one.version = text_in(entry, "version");
  one.integrity = sha512_among(text_in(entry, "integrity"));
  if (!is_package_name(one.name) || !is_semantic_version(one.version)) {
    return verification_error(subject, "has no name and version of a package for " + path);
  }
  if (!one.integrity.empty()) return one;
  return verification_error(subject, "has no SHA-512 of " + one.name + " " + one.version,
                            "take a release of it from the registry, and make the file anew with "
                            "npm 7 or newer");
}

// What lies in the source tree, or comes inside another package's file.
bool comes_by_itself(const std::string& path, const Json& entry) {
  return path.find(kModules) == std::string::npos || is_set(entry, "link") ||
         is_set(entry, "inBundle");
}

}  // namespace

Result<DependencyList> read_package_lock(std::string_view untrusted_text,
                                         const std::string& subject) {
  HALLMARK_TRY(const Json document, parse_json(untrusted_text, subject, {kMaxLockFile, 64}));
  const auto packages = document.find("packages");
  if (!document.is_object() || packages == document.end() || !packages->is_object()) {
    return verification_error(subject, "has no \"packages\"", "make it anew with npm 7 or newer");
  }
  DependencyList list;
  for (const auto& [path, entry] : packages->items()) {
    if (!entry.is_object()) return verification_error(subject, path + " is no object");
    if (comes_by_itself(path, entry)) continue;
    HALLMARK_TRY(ListedDependency one, read_entry(path, entry, subject));
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace hallmark
