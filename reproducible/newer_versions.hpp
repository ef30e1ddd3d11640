// Which of a lock's pinned things are to be had in a newer version, by what signed archives offer
// and an upstream repository lists. Versions are compared as dpkg orders them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "core/model/lock.hpp"
#include "reproducible/fetch_archives.hpp"

namespace hallmark {

struct NewerVersion {
  std::string environment;   // empty: it is the source
  std::string name;          // of the package; empty: of a git source
  std::string architecture;  // empty: it is the source
  std::string pinned;
  std::string version;
  std::string uri;        // of the archive, or the git repository
  std::string suite;      // of the archive; empty: a tag, which nobody has verified
  bool security = false;  // a security archive has a version above the pinned one
};

// The pinned packages of an environment whose candidate is newer: what `resolved` has of that name
// or, where the environment would now do without it, the highest version on offer.
std::vector<NewerVersion> newer_packages(const LockedEnvironment& pinned,
                                         const std::vector<LockedPackage>& resolved,
                                         const std::vector<ArchiveOffer>& offers);

// The highest newer version of a dsc source, or none.
std::vector<NewerVersion> newer_sources(const LockedSource& pinned,
                                        const std::vector<ArchiveOffer>& offers);

// The highest ten versions above `version` whose tags, by the product's pattern, are in a listing
// of lines "ID\trefs/tags/TAG".
std::vector<std::string> newer_tags(std::string_view untrusted_listing, const std::string& pattern,
                                    const std::string& version);

// Security updates first; then the source, then by environment and name.
void sort_for_reading(std::vector<NewerVersion>& found);

Json to_json(const std::vector<NewerVersion>& found);

}  // namespace hallmark
