#include "core/model/dependencies.hpp"

#include <algorithm>

#include "core/model/origin.hpp"
#include "core/safe_path.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxWord = 1024;  // bytes

DependencyKind read_kind(ObjectReader& reader) {
  const std::string kind = reader.text("kind");
  for (const auto known : {DependencyKind::kCargo, DependencyKind::kGo, DependencyKind::kNpm}) {
    if (kind == name_of(known)) return known;
  }
  reader.fail("kind", "must be cargo, go or npm");
  return DependencyKind::kCargo;
}

std::string read_lock_file(ObjectReader& reader) {
  std::string path = reader.text("lock_file");
  if (!SafePath::parse(path).ok()) {
    reader.fail("lock_file", "must be a relative path inside the source");
  }
  return path;
}

bool has(const std::string& pattern, std::string_view mark) {
  return pattern.find(mark) != std::string::npos;
}

void check_url(ObjectReader& reader, const DependencySpec& spec) {
  if (!is_address(spec.url)) {
    reader.fail("url", "must be an https:// address or an absolute path");
  }
  const bool named = has(spec.url, "{name}") || has(spec.url, "{basename}");
  const bool pattern = named && has(spec.url, "{version}");
  if (spec.kind != DependencyKind::kGo && !pattern) {
    reader.fail("url", "must contain {name} or {basename}, and {version}");
  }
  if (spec.kind == DependencyKind::kGo && has(spec.url, "{")) {
    reader.fail("url", "must be the address of a module proxy, and no pattern");
  }
}

// What is shown to people and sent to servers: printable ASCII without spaces.
std::string read_word(ObjectReader& reader, const std::string& key) {
  std::string word = reader.text(key);
  const bool good =
      !word.empty() && word.size() <= kMaxWord &&
      std::all_of(word.begin(), word.end(), [](char c) { return c > ' ' && c < 127; });
  if (!good) reader.fail(key, "must be printable and without spaces");
  return word;
}

LockedDependency read_file_entry(ObjectReader& reader) {
  LockedDependency file;
  file.listed.name = read_word(reader, "name");
  file.listed.version = read_word(reader, "version");
  file.listed.integrity = read_word(reader, "integrity");
  file.listed.url = read_word(reader, "url");
  file.size = reader.unsigned_integer("size");
  file.sha256 = reader.digest("sha256");
  return file;
}

}  // namespace

std::string_view name_of(DependencyKind kind) {
  switch (kind) {
    case DependencyKind::kCargo:
      return "cargo";
    case DependencyKind::kGo:
      return "go";
    case DependencyKind::kNpm:
      return "npm";
  }
  return "";
}

DependencySpec read_dependency_spec(ObjectReader& reader) {
  DependencySpec spec;
  spec.kind = read_kind(reader);
  spec.lock_file = read_lock_file(reader);
  spec.url = reader.text("url");
  check_url(reader, spec);
  if (!reader.has("registry")) return spec;
  spec.registry = read_word(reader, "registry");
  const bool plain = spec.registry.find_first_of("\"\\") == std::string::npos;
  if (spec.kind != DependencyKind::kCargo || !spec.registry.starts_with("https://") || !plain) {
    reader.fail("registry", "must be the https:// address of a cargo registry's index");
  }
  return spec;
}

LockedDependencies read_locked_dependencies(ObjectReader& reader) {
  LockedDependencies out;
  out.kind = read_kind(reader);
  out.lock_file = read_lock_file(reader);
  reader.each("files", [&](ObjectReader& r) { out.files.push_back(read_file_entry(r)); });
  return out;
}

Json to_json(const LockedDependencies& dependencies) {
  Json files = Json::array();
  for (const LockedDependency& file : dependencies.files) {
    files.push_back({{"name", file.listed.name},
                     {"version", file.listed.version},
                     {"integrity", file.listed.integrity},
                     {"url", file.listed.url},
                     {"size", file.size},
                     {"sha256", file.sha256.hex()}});
  }
  return Json{{"kind", name_of(dependencies.kind)},
              {"lock_file", dependencies.lock_file},
              {"files", files}};
}

}  // namespace hallmark
