// What is new in a lock since an older one of the same product, in words and for programs.
//
// Versions are compared as dpkg orders them. Nothing of either lock is verified here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "core/model/lock.hpp"

namespace hallmark {

enum class PackageMove { kAdded, kRemoved, kUp, kDown, kOtherVersion, kOtherFile };

// One package of one environment.
struct PackageChange {
  PackageMove move = PackageMove::kAdded;
  std::string environment;
  std::string name;
  std::string architecture;
  std::string before;  // version; empty: it was not there
  std::string after;   // version; empty: it is not there any more
};

struct LockChange {
  std::string words;   // one line
  bool alert = false;  // worth a second look: what is trusted changes, or a version falls
  std::optional<PackageChange> package{};
};

// The product file, source and signers, targets, what comes from registries; then for each
// environment its archives, its size in one line, and a line for each package that comes, goes,
// rises, falls or is another file of its version. Empty: only the version is new.
std::vector<LockChange> lock_changes(const Lock& before, const Lock& after);

// [{"words","alert","package"?: {"change","environment","name","architecture","before"?,"after"?}}]
Json to_json(const std::vector<LockChange>& changes);

}  // namespace hallmark
