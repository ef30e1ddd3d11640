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

// By name and architecture: the version.
std::map<std::string, std::string> packages_of(const LockedEnvironment& environment) {
  std::map<std::string, std::string> out;
  for (const LockedPackage& package : environment.packages) {
    out[package.name + ":" + package.architecture] = package.version;
  }
  return out;
}

std::string change_of(const std::string& before, const std::string& after) {
  const std::weak_ordering order = compare_debian_versions(after, before);
  std::string verb = " changes from ";
  if (order > 0) verb = " rises from ";
  if (order < 0) verb = " FALLS from ";
  return verb + before + " to " + after;
}

void compare_packages(const LockedEnvironment& before, const LockedEnvironment& after,
                      std::vector<std::string>& out) {
  const std::map<std::string, std::string> old_packages = packages_of(before);
  const std::map<std::string, std::string> new_packages = packages_of(after);
  const std::string where = "environment " + after.name + ": ";
  for (const auto& [name, version] : old_packages) {
    if (!new_packages.contains(name)) out.push_back(where + name + " " + version + " goes");
  }
  for (const auto& [name, version] : new_packages) {
    const auto old = old_packages.find(name);
    if (old == old_packages.end()) {
      out.push_back(where + name + " " + version + " comes");
    } else if (old->second != version) {
      out.push_back(where + name + change_of(old->second, version));
    }
  }
}

void compare_environments(const Lock& before, const Lock& after, std::vector<std::string>& out) {
  for (const LockedEnvironment& environment : before.environments) {
    if (after.environment(environment.name) == nullptr) {
      out.push_back("environment " + environment.name + " goes");
    }
  }
  for (const LockedEnvironment& environment : after.environments) {
    const LockedEnvironment* old = before.environment(environment.name);
    if (old == nullptr) {
      out.push_back("environment " + environment.name + " comes, with " +
                    std::to_string(environment.packages.size()) + " packages");
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

std::vector<std::string> lock_changes(const Lock& before, const Lock& after) {
  std::vector<std::string> out;
  if (before.product_sha256 != after.product_sha256) out.emplace_back("the product file changed");
  if (before.source.url != after.source.url) {
    out.push_back("the source moves from " + before.source.url + " to " + after.source.url);
  }
  if (signer_of(before.source) != signer_of(after.source)) {
    out.push_back("the source was signed by " + signer_of(before.source) + ", and now is by " +
                  signer_of(after.source));
  }
  if (approval_suites(before.targets) != approval_suites(after.targets)) {
    out.push_back("it went to " + approval_suites(before.targets) + ", and now goes to " +
                  approval_suites(after.targets));
  }
  compare_environments(before, after, out);
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
