#include "cli/lock_words.hpp"

#include <map>

#include "core/debian_version.hpp"
#include "core/model/approval.hpp"

namespace hallmark {
namespace {

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

std::string source_words(const LockedSource& source) {
  if (source.kind == OriginKind::kDsc) {
    return "Debian source package " + source.package + " " + source.version + ", signed by " +
           source.signer;
  }
  return "git tag " + source.tag + " of " + source.url + ", commit " + source.commit +
         ", signed by " + join(source.signers);
}

// By name and architecture.
std::map<std::string, const LockedPackage*> packages_of(const LockedEnvironment& environment) {
  std::map<std::string, const LockedPackage*> out;
  for (const LockedPackage& package : environment.packages) {
    out[package.name + ":" + package.architecture] = &package;
  }
  return out;
}

// Of one package that both have, under the name that it has in `where`.
void compare_package(const std::string& where, const LockedPackage& before,
                     const LockedPackage& after, std::vector<LockChange>& out) {
  if (before.version == after.version) {
    if (before.sha256 == after.sha256) return;
    out.push_back({where + " " + after.version + " is another file: SHA-256 " +
                       before.sha256.hex() + ", now " + after.sha256.hex(),
                   true});
    return;
  }
  const std::weak_ordering order = compare_debian_versions(after.version, before.version);
  std::string verb = " changes from ";
  if (order > 0) verb = " rises from ";
  if (order < 0) verb = " FALLS from ";
  out.push_back({where + verb + before.version + " to " + after.version, order < 0});
}

void compare_packages(const LockedEnvironment& before, const LockedEnvironment& after,
                      std::vector<LockChange>& out) {
  const auto old_packages = packages_of(before);
  const auto new_packages = packages_of(after);
  const std::string where = "environment " + after.name + ": ";
  for (const auto& [name, package] : old_packages) {
    if (!new_packages.contains(name)) {
      out.push_back({where + name + " " + package->version + " goes"});
    }
  }
  for (const auto& [name, package] : new_packages) {
    const auto old = old_packages.find(name);
    if (old == old_packages.end()) {
      out.push_back({where + name + " " + package->version + " comes"});
    } else {
      compare_package(where + name, *old->second, *package, out);
    }
  }
}

void compare_environments(const Lock& before, const Lock& after, std::vector<LockChange>& out) {
  for (const LockedEnvironment& environment : before.environments) {
    if (after.environment(environment.name) == nullptr) {
      out.push_back({"environment " + environment.name + " goes"});
    }
  }
  for (const LockedEnvironment& environment : after.environments) {
    const LockedEnvironment* old = before.environment(environment.name);
    if (old == nullptr) {
      out.push_back({"environment " + environment.name + " comes, with " +
                     std::to_string(environment.packages.size()) + " packages"});
    } else {
      compare_packages(*old, environment, out);
    }
  }
}

std::string signer_of(const LockedSource& source) {
  return source.kind == OriginKind::kDsc ? source.signer : join(source.signers);
}

}  // namespace

std::vector<std::string> lock_words(const Lock& lock) {
  std::vector<std::string> out = {lock.product + " " + lock.version, source_words(lock.source)};
  for (const LockedEnvironment& environment : lock.environments) {
    out.push_back("built in environment " + environment.name + " (" + environment.architecture +
                  ", " + std::to_string(environment.packages.size()) + " packages)");
  }
  out.push_back("for " + approval_suites(lock.targets));
  return out;
}

std::vector<LockChange> lock_differences(const Lock& before, const Lock& after) {
  std::vector<LockChange> out;
  if (before.product_sha256 != after.product_sha256) {
    out.push_back({"the product file changed", true});
  }
  if (before.source.url != after.source.url) {
    out.push_back({"the source moves from " + before.source.url + " to " + after.source.url, true});
  }
  if (signer_of(before.source) != signer_of(after.source)) {
    out.push_back({"the source was signed by " + signer_of(before.source) + ", and now is by " +
                       signer_of(after.source),
                   true});
  }
  if (approval_suites(before.targets) != approval_suites(after.targets)) {
    out.push_back({"it went to " + approval_suites(before.targets) + ", and now goes to " +
                       approval_suites(after.targets),
                   true});
  }
  compare_environments(before, after, out);
  return out;
}

std::vector<std::string> lock_changes(const Lock& before, const Lock& after) {
  std::vector<std::string> out;
  for (LockChange& change : lock_differences(before, after)) {
    out.push_back(std::move(change.words));
  }
  return out;
}

std::string version_before(const std::vector<std::string>& versions, const std::string& version) {
  std::string found;
  for (const std::string& candidate : versions) {
    const bool lower = compare_debian_versions(candidate, version) < 0;
    if (lower && (found.empty() || compare_debian_versions(candidate, found) > 0)) {
      found = candidate;
    }
  }
  return found;
}

}  // namespace hallmark
