#include "cli/lock_dependency_changes.hpp"

#include <array>
#include <charconv>
#include <map>

#include "cli/screen.hpp"

namespace hallmark {
namespace {

using Changes = std::vector<LockChange>;
using Versions = std::map<std::string, const LockedDependency*>;
// By kind and name. A language may well take several versions of one package at once.
using Packages = std::map<std::pair<DependencyKind, std::string>, Versions>;

Packages packages_of(const Lock& lock) {
  Packages out;
  for (const LockedDependencies& each : lock.dependencies) {
    for (const LockedDependency& file : each.files) {
      out[{each.kind, file.listed.name}][file.listed.version] = &file;
    }
  }
  return out;
}

// The three numbers at the start of "1.2.3-beta" or "v1.2.3": all that is compared.
std::array<uint64_t, 3> numbers_of(const std::string& version) {
  std::array<uint64_t, 3> out{};
  const char* at = version.data() + (version.starts_with('v') ? 1 : 0);
  const char* end = version.data() + version.size();
  for (uint64_t& number : out) {
    at = std::from_chars(at, end, number).ptr;
    if (at != end && *at == '.') ++at;
  }
  return out;
}

LockChange moved(const std::string& name, const std::string& from, const std::string& to) {
  const auto before = numbers_of(from);
  const auto after = numbers_of(to);
  const std::string words = " from " + from + " to " + to;
  if (before < after) return {name + " rises" + words};
  return {name + (after < before ? " FALLS" : " changes") + words, true};
}

// What one of the two has and the other has not.
std::vector<const LockedDependency*> without(const Versions& all, const Versions& others) {
  std::vector<const LockedDependency*> out;
  for (const auto& [version, file] : all) {
    if (!others.contains(version) && !version.ends_with("/go.mod")) out.push_back(file);
  }
  return out;
}

void compare_versions(const std::string& name, const Versions& before, const Versions& after,
                      Changes& out) {
  for (const auto& [version, file] : after) {
    const auto old = before.find(version);
    if (old == before.end() || old->second->sha256 == file->sha256) continue;
    out.push_back({name + " " + version + " is another file: SHA-256 " + old->second->sha256.hex() +
                       ", now " + file->sha256.hex(),
                   true});
  }
  const auto gone = without(before, after);
  const auto come = without(after, before);
  if (gone.size() == 1 && come.size() == 1) {
    out.push_back(moved(name, gone[0]->listed.version, come[0]->listed.version));
    return;
  }
  for (const LockedDependency* file : gone) {
    out.push_back({name + " " + file->listed.version + " goes"});
  }
  for (const LockedDependency* file : come) {
    out.push_back({name + " " + file->listed.version + " comes, " + human_bytes(file->size)});
  }
}

const Versions& versions_in(const Packages& packages, const Packages::key_type& key) {
  static const Versions kNone;
  const auto found = packages.find(key);
  return found == packages.end() ? kNone : found->second;
}

}  // namespace

void add_dependency_changes(const Lock& before, const Lock& after, Changes& out) {
  const Packages old_packages = packages_of(before);
  const Packages new_packages = packages_of(after);
  Packages all = old_packages;
  all.insert(new_packages.begin(), new_packages.end());
  for (const auto& [key, versions] : all) {
    compare_versions(std::string(name_of(key.first)) + " package " + key.second,
                     versions_in(old_packages, key), versions_in(new_packages, key), out);
  }
}

}  // namespace hallmark
