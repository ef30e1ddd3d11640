#include "cli/lock_words.hpp"

#include "core/debian_version.hpp"
#include "core/model/approval.hpp"

namespace hallmark {
namespace {

std::string source_words(const LockedSource& source) {
  if (source.kind == OriginKind::kDsc) {
    return "Debian source package " + source.package + " " + source.version + ", signed by " +
           source.signer;
  }
  if (source.kind == OriginKind::kTarball) {
    return "archive " + source.files.front().url + ", signed by " + signers_in_words(source);
  }
  return "git tag " + source.tag + " of " + source.url + ", commit " + source.commit +
         ", signed by " + signers_in_words(source);
}

}  // namespace

std::string signers_in_words(const LockedSource& source) {
  if (source.kind == OriginKind::kDsc) return source.signer;
  std::string out;
  for (const std::string& signer : source.signers) out += (out.empty() ? "" : ", ") + signer;
  return out;
}

std::vector<std::string> lock_words(const Lock& lock) {
  std::vector<std::string> out = {lock.product + " " + lock.version, source_words(lock.source)};
  for (const LockedEnvironment& environment : lock.environments) {
    out.push_back("built in environment " + environment.name + " (" + environment.architecture +
                  ", " + std::to_string(environment.packages.size()) + " packages)");
  }
  for (const LockedDependencies& each : lock.dependencies) {
    out.push_back("with " + std::to_string(each.files.size()) + " files from the " +
                  std::string(name_of(each.kind)) + " registry, as " + each.lock_file +
                  " has them");
  }
  out.push_back("for " + approval_suites(lock.targets));
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
