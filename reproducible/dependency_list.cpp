#include "reproducible/dependency_list.hpp"

#include <algorithm>
#include <regex>
#include <tuple>

#include "core/model/origin.hpp"

namespace hallmark {
namespace {

auto key_of(const ListedDependency& one) { return std::tie(one.name, one.version); }

void fill_in(std::string& pattern, std::string_view mark, const std::string& value) {
  for (std::size_t at = pattern.find(mark); at != std::string::npos;
       at = pattern.find(mark, at + value.size())) {
    pattern.replace(at, mark.size(), value);
  }
}

std::string url_of(const DependencySpec& spec, const ListedDependency& one) {
  if (spec.kind == DependencyKind::kGo) {
    return spec.url + (spec.url.ends_with('/') ? "" : "/") + path_in_go_proxy(one);
  }
  std::string url = fill_in_version(spec.url, one.version);
  fill_in(url, "{basename}", file_name_of_url(one.name));
  fill_in(url, "{name}", one.name);
  return url;
}

Result<DependencyList> read_by_kind(const DependencySpec& spec, std::string_view untrusted_text) {
  switch (spec.kind) {
    case DependencyKind::kCargo:
      return read_cargo_lock(untrusted_text, spec.lock_file, spec.registry);
    case DependencyKind::kGo:
      return read_go_sum(untrusted_text, spec.lock_file);
    case DependencyKind::kNpm:
      return read_package_lock(untrusted_text, spec.lock_file);
  }
  return failed(spec.lock_file, "is of an unknown kind");
}

}  // namespace

bool is_semantic_version(const std::string& version) {
  static const std::regex kForm("[0-9]+\\.[0-9]+\\.[0-9]+([-+][0-9A-Za-z.+-]+)?");
  return version.size() <= 128 && std::regex_match(version, kForm);
}

Result<DependencyList> list_dependencies(const DependencySpec& spec,
                                         std::string_view untrusted_lock_file) {
  if (untrusted_lock_file.size() > kMaxLockFile) {
    return verification_error(spec.lock_file, "is larger than 32 MiB");
  }
  HALLMARK_TRY(DependencyList list, read_by_kind(spec, untrusted_lock_file));
  std::sort(list.begin(), list.end(),
            [](const auto& a, const auto& b) { return key_of(a) < key_of(b); });
  list.erase(std::unique(list.begin(), list.end()), list.end());
  const auto two = std::adjacent_find(list.begin(), list.end(), [](const auto& a, const auto& b) {
    return key_of(a) == key_of(b);
  });
  if (two != list.end()) {
    return verification_error(spec.lock_file,
                              "has two digests for " + two->name + " " + two->version);
  }
  if (list.size() > kMaxDependencies) {
    return verification_error(spec.lock_file,
                              "asks for more than " + std::to_string(kMaxDependencies) + " files");
  }
  for (ListedDependency& one : list) one.url = url_of(spec, one);
  return list;
}

}  // namespace hallmark
