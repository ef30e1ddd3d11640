#include "reproducible/newer_versions.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "core/debian_version.hpp"
#include "core/model/origin.hpp"
#include "core/safe_path.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kTagsTold = 10;
constexpr std::string_view kTagFolder = "refs/tags/";

bool is_newer(std::string_view version, std::string_view than) {
  return compare_debian_versions(version, than) > 0;
}

using Offers = std::vector<const ArchiveOffer*>;

std::string highest_of(const Offers& offers) {
  std::string out;
  for (const ArchiveOffer* offer : offers) {
    if (out.empty() || is_newer(offer->version, out)) out = offer->version;
  }
  return out;
}

// Where the found version comes from, a security archive before others that have it too. A point
// release takes security updates into the suite itself, maybe in a version higher still: what is
// newer in a security archive than the pinned version counts, whether or not it is the candidate.
void tell_origin(const Offers& offers, NewerVersion& found) {
  bool from_security = false;
  for (const ArchiveOffer* offer : offers) {
    found.security = found.security || (offer->security && is_newer(offer->version, found.pinned));
    if (offer->version != found.version || from_security) continue;
    if (!found.uri.empty() && !offer->security) continue;
    found.uri = offer->uri;
    found.suite = offer->suite;
    found.architecture = offer->architecture;
    from_security = offer->security;
  }
}

// The version that the pattern was filled in with, or nothing. It may stand there more than once.
std::string version_of_tag(const std::string& tag, const std::string& pattern) {
  constexpr std::string_view kPlace = "{version}";
  std::size_t places = 0;
  for (std::size_t at = 0; (at = pattern.find(kPlace, at)) != std::string::npos; ++at) ++places;
  const std::size_t fixed = pattern.size() - places * kPlace.size();
  if (places == 0 || tag.size() <= fixed) return {};
  std::string version = tag.substr(pattern.find(kPlace), (tag.size() - fixed) / places);
  const bool fits = is_version_name(version) && fill_in_version(pattern, version) == tag;
  return fits ? version : std::string();
}

}  // namespace

std::vector<NewerVersion> newer_packages(const LockedEnvironment& pinned,
                                         const std::vector<LockedPackage>& resolved,
                                         const std::vector<ArchiveOffer>& offers) {
  std::map<std::string, Offers> offers_by_name;
  for (const ArchiveOffer& offer : offers) offers_by_name[offer.name].push_back(&offer);
  std::map<std::string, std::string> candidates;
  for (const auto& [name, its_offers] : offers_by_name) candidates[name] = highest_of(its_offers);
  for (const LockedPackage& package : resolved) candidates[package.name] = package.version;

  std::vector<NewerVersion> out;
  for (const LockedPackage& package : pinned.packages) {
    const auto candidate = candidates.find(package.name);
    if (candidate == candidates.end() || !is_newer(candidate->second, package.version)) continue;
    NewerVersion found;
    found.environment = pinned.name;
    found.name = package.name;
    found.architecture = package.architecture;
    found.pinned = package.version;
    found.version = candidate->second;
    tell_origin(offers_by_name[package.name], found);
    out.push_back(std::move(found));
  }
  return out;
}

std::vector<NewerVersion> newer_sources(const LockedSource& pinned,
                                        const std::vector<ArchiveOffer>& offers) {
  Offers all;
  for (const ArchiveOffer& offer : offers) all.push_back(&offer);
  NewerVersion found;
  found.name = pinned.package;
  found.pinned = pinned.version;
  found.version = highest_of(all);
  if (found.version.empty() || !is_newer(found.version, found.pinned)) return {};
  tell_origin(all, found);
  return {found};
}

std::vector<std::string> newer_tags(std::string_view untrusted_listing, const std::string& pattern,
                                    const std::string& version) {
  std::vector<std::string> out;
  while (!untrusted_listing.empty()) {
    const std::size_t end = std::min(untrusted_listing.find('\n'), untrusted_listing.size());
    std::string_view ref = untrusted_listing.substr(0, end);
    untrusted_listing.remove_prefix(std::min(end + 1, untrusted_listing.size()));
    ref.remove_prefix(std::min(ref.find('\t') + 1, ref.size()));
    if (!ref.starts_with(kTagFolder)) continue;
    std::string found = version_of_tag(std::string(ref.substr(kTagFolder.size())), pattern);
    if (!found.empty() && is_newer(found, version)) out.push_back(std::move(found));
  }
  std::sort(out.begin(), out.end(),
            [](const std::string& a, const std::string& b) { return is_newer(a, b); });
  if (out.size() > kTagsTold) out.resize(kTagsTold);
  return out;
}

void sort_for_reading(std::vector<NewerVersion>& found) {
  std::stable_sort(found.begin(), found.end(), [](const NewerVersion& a, const NewerVersion& b) {
    return std::tie(b.security, a.environment, a.name) <
           std::tie(a.security, b.environment, b.name);
  });
}

Json to_json(const std::vector<NewerVersion>& found) {
  Json out = Json::array();
  for (const NewerVersion& one : found) {
    Json json{{"pinned", one.pinned},
              {"version", one.version},
              {"uri", one.uri},
              {"security", one.security}};
    if (!one.environment.empty()) json["environment"] = one.environment;
    if (!one.name.empty()) json["name"] = one.name;
    if (!one.architecture.empty()) json["architecture"] = one.architecture;
    if (!one.suite.empty()) json["suite"] = one.suite;
    out.push_back(std::move(json));
  }
  return out;
}

}  // namespace hallmark
