#include "cli/lock_environment_changes.hpp"

#include <map>

#include "cli/screen.hpp"
#include "core/debian_version.hpp"

namespace hallmark {
namespace {

using Changes = std::vector<LockChange>;
using PackageKey = std::pair<std::string, std::string>;  // name, architecture

std::map<PackageKey, const LockedPackage*> packages_of(const LockedEnvironment& environment) {
  std::map<PackageKey, const LockedPackage*> out;
  for (const LockedPackage& package : environment.packages) {
    out[{package.name, package.architecture}] = &package;
  }
  return out;
}

PackageMove move_of(const LockedPackage& before, const LockedPackage& after) {
  if (before.version == after.version) return PackageMove::kOtherFile;
  const std::weak_ordering order = compare_debian_versions(after.version, before.version);
  if (order > 0) return PackageMove::kUp;
  return order < 0 ? PackageMove::kDown : PackageMove::kOtherVersion;
}

std::string words_of(const PackageChange& change, const LockedPackage* before,
                     const LockedPackage* after) {
  const std::string from_to = " from " + change.before + " to " + change.after;
  switch (change.move) {
    case PackageMove::kAdded:
      return change.after + " comes, " + human_bytes(after->size);
    case PackageMove::kRemoved:
      return change.before + " goes";
    case PackageMove::kUp:
      return "rises" + from_to;
    case PackageMove::kDown:
      return "FALLS" + from_to;
    case PackageMove::kOtherVersion:
      return "changes" + from_to;
    case PackageMove::kOtherFile:
      return change.after + " is another file: SHA-256 " + before->sha256.hex() + ", now " +
             after->sha256.hex();
  }
  return "";
}

// Collects what happens to an environment's packages.
class PackageComparison {
 public:
  PackageComparison(std::string environment, Changes& out)
      : environment_(std::move(environment)), out_(out) {}

  // Null: it is not there.
  void add(const LockedPackage* before, const LockedPackage* after) {
    PackageMove move = PackageMove::kAdded;
    if (before != nullptr && after != nullptr) {
      if (before->version == after->version && before->sha256 == after->sha256) return;
      move = move_of(*before, *after);
    } else if (after == nullptr) {
      move = PackageMove::kRemoved;
    }
    const LockedPackage& one = after == nullptr ? *before : *after;
    const PackageChange change{move,
                               environment_,
                               one.name,
                               one.architecture,
                               before == nullptr ? "" : before->version,
                               after == nullptr ? "" : after->version};
    const bool alert = move == PackageMove::kDown || move == PackageMove::kOtherFile ||
                       move == PackageMove::kOtherVersion;
    out_.push_back({"environment " + environment_ + ": " + one.name + ":" + one.architecture + " " +
                        words_of(change, before, after),
                    alert, change});
    ++counts_[move];
  }

  // "2 come, 1 goes"; empty: nothing did.
  std::string counts() const {
    static constexpr std::pair<PackageMove, const char*> kWords[] = {
        {PackageMove::kAdded, "added"},
        {PackageMove::kRemoved, "removed"},
        {PackageMove::kUp, "up"},
        {PackageMove::kDown, "DOWN"},
        {PackageMove::kOtherVersion, "of another version"},
        {PackageMove::kOtherFile, "another file"}};
    std::string out;
    for (const auto& [move, words] : kWords) {
      const auto found = counts_.find(move);
      if (found == counts_.end()) continue;
      out += (out.empty() ? "" : ", ") + std::to_string(found->second) + " " + words;
    }
    return out;
  }

 private:
  std::string environment_;
  Changes& out_;
  std::map<PackageMove, std::size_t> counts_;
};

std::string size_words(const LockedEnvironment& environment) {
  uint64_t bytes = 0;
  for (const LockedPackage& package : environment.packages) bytes += package.size;
  return std::to_string(environment.packages.size()) + " packages of " + human_bytes(bytes);
}

void compare_packages(const LockedEnvironment& before, const LockedEnvironment& after,
                      Changes& out) {
  const auto old_packages = packages_of(before);
  const auto new_packages = packages_of(after);
  Changes found;
  PackageComparison comparison(after.name, found);
  for (const auto& [key, package] : old_packages) {
    if (!new_packages.contains(key)) comparison.add(package, nullptr);
  }
  for (const auto& [key, package] : new_packages) {
    const auto old = old_packages.find(key);
    comparison.add(old == old_packages.end() ? nullptr : old->second, package);
  }
  if (found.empty()) return;
  out.push_back({"environment " + after.name + ": " + size_words(before) + ", now " +
                 size_words(after) + ": " + comparison.counts()});
  out.insert(out.end(), found.begin(), found.end());
}

const LockedArchive* same_archive(const LockedEnvironment& environment,
                                  const LockedArchive& wanted) {
  for (const LockedArchive& archive : environment.archives) {
    if (archive.uri == wanted.uri && archive.suite == wanted.suite) return &archive;
  }
  return nullptr;
}

// That an archive has moved on shows in its packages. Whose keys vouch for it is another matter.
void compare_archives(const LockedEnvironment& before, const LockedEnvironment& after,
                      Changes& out) {
  const std::string where = "environment " + after.name + ": archive ";
  for (const LockedArchive& archive : before.archives) {
    if (same_archive(after, archive) == nullptr) {
      out.push_back({where + archive.uri + " " + archive.suite + " goes"});
    }
  }
  for (const LockedArchive& archive : after.archives) {
    const LockedArchive* old = same_archive(before, archive);
    const std::string name = where + archive.uri + " " + archive.suite;
    if (old == nullptr) {
      out.push_back(
          {name + " comes, its keyring has SHA-256 " + archive.keyring_sha256.hex(), true});
    } else if (old->keyring_sha256 != archive.keyring_sha256) {
      out.push_back({name + " has another keyring: SHA-256 " + old->keyring_sha256.hex() +
                         ", now " + archive.keyring_sha256.hex(),
                     true});
    }
  }
}

void compare_environment(const LockedEnvironment& before, const LockedEnvironment& after,
                         Changes& out) {
  const std::string where = "environment " + after.name;
  if (before.architecture != after.architecture) {
    out.push_back(
        {where + " was " + before.architecture + ", and now is " + after.architecture, true});
  }
  if (before.mmdebstrap != after.mmdebstrap) {
    out.push_back({where + " was made by mmdebstrap " + before.mmdebstrap + ", and now is by " +
                   after.mmdebstrap});
  }
  compare_archives(before, after, out);
  compare_packages(before, after, out);
}

}  // namespace

void add_environment_changes(const Lock& before, const Lock& after, Changes& out) {
  for (const LockedEnvironment& environment : before.environments) {
    if (after.environment(environment.name) == nullptr) {
      out.push_back({"environment " + environment.name + " goes"});
    }
  }
  for (const LockedEnvironment& environment : after.environments) {
    const LockedEnvironment* old = before.environment(environment.name);
    if (old == nullptr) {
      out.push_back(
          {"environment " + environment.name + " comes, with " + size_words(environment), true});
    } else {
      compare_environment(*old, environment, out);
    }
  }
}

}  // namespace hallmark
