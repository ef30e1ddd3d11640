#include "signer/package_rules.hpp"

#include <algorithm>

#include "core/debian_version.hpp"
#include "signer/rules.hpp"
#include "verify/deb_paths.hpp"

namespace hallmark {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

// The indices of the suite that list the package.
std::vector<IndexPlace> places_of(const Policy& policy, const Target& target,
                                  const DerivedStanza& package) {
  std::vector<std::string> architectures = {package.package_architecture};
  if (package.package_architecture == "all") {
    architectures = policy.suite(target.suite)->architectures;
  }
  std::vector<IndexPlace> places;
  for (const std::string& architecture : architectures) {
    places.push_back({target.suite, target.component, architecture});
  }
  return places;
}

}  // namespace

std::string describe(const DerivedStanza& package) {
  return package.package + " " + package.version + " " + package.package_architecture;
}

Status place_is_in_the_policy(const Policy& policy, const Target& target) {
  const SuitePolicy* suite = policy.suite(target.suite);
  if (suite == nullptr) {
    return policy_error("suite " + target.suite, "is not in the installed policy");
  }
  if (contains(suite->components, target.component)) return ok_status();
  return policy_error("component " + target.component,
                      "is not in the installed policy's suite " + suite->name);
}

Status architecture_is_in_the_policy(const Policy& policy, const Target& target) {
  const SuitePolicy* suite = policy.suite(target.suite);
  if (target.architecture == "all" || contains(suite->architectures, target.architecture)) {
    return ok_status();
  }
  return policy_error("architecture " + target.architecture,
                      "is not in the installed policy's suite " + suite->name);
}

Status package_is_the_products_own(const State& state, const Product& product,
                                   const DerivedStanza& package) {
  const RecipePackage* listed = product.recipe.package_named(package.package);
  if (listed == nullptr) {
    return policy_error(describe(package),
                        "is none of the packages that product " + product.name + " may bring",
                        "list it in products/" + product.name + ".json, under recipe.packages");
  }
  HALLMARK_TRY(const std::string owner, state.product_of(package.package));
  if (owner.empty() || owner == product.name || owner == listed->from) return ok_status();
  return policy_error(describe(package), "is a package of the product " + owner,
                      R"(to move it, list it as {"name": ")" + package.package + R"(", "from": ")" +
                          owner + R"("} in products/)" + product.name + ".json");
}

Status version_is_not_lowered(const State& state, const Arrival& arrival,
                              const DerivedStanza& package) {
  const std::string& suite = arrival.suite;
  HALLMARK_TRY(const std::string newest,
               arrival.adopted ? state.newest_version_at(suite, package.package, arrival.now)
                               : state.newest_version(suite, package.package));
  if (newest.empty() || package.version == newest) return ok_status();
  const std::weak_ordering order = compare_debian_versions(package.version, newest);
  if (order > 0) return ok_status();
  // Two spellings of one version would have no order in an index.
  if (order == 0) {
    return policy_error(
        describe(package),
        "is another spelling of " + newest + ", which suite " + suite + " has already",
        "release a higher version");
  }
  HALLMARK_TRY(const bool allowed,
               state.lowered_version_is_allowed({suite, package.package, newest, package.version},
                                                arrival.lock, arrival.now));
  if (allowed) return ok_status();
  return policy_error(describe(package),
                      "is lower than " + newest + ", which suite " + suite + " has already",
                      "release a higher version; or withdraw the higher ones, then: hallmark allow "
                      "lower-version PRODUCT " +
                          suite + " " + newest + " " + package.version + " " + package.package);
}

Status package_keeps_its_bytes(const State& state, const DerivedStanza& package) {
  HALLMARK_TRY(const std::optional<PublishedDeb> published, state.published_deb(package));
  if (!published || published->sha256 == package.sha256) return ok_status();
  const std::string cause =
      published->version == package.version
          ? "was accepted before with other bytes"
          : "has the file name of version " + published->version + ", which has other bytes";
  return policy_error(describe(package), cause + ", SHA-256 " + published->sha256.hex(),
                      "release a higher version");
}

Status bytes_were_not_withdrawn(const State& state, const std::string& name,
                                const Sha256Digest& sha256) {
  HALLMARK_TRY(const bool withdrawn, state.bytes_are_withdrawn(sha256));
  if (!withdrawn) return ok_status();
  return policy_error(name, "has the bytes of a release that was withdrawn",
                      "release a higher version");
}

Status bytes_are_of_no_other(const State& state, const std::string& name,
                             const Sha256Digest& sha256, const ReleaseInSuite& own,
                             State::Holders holders) {
  HALLMARK_TRY(const std::string other, state.other_release_with(sha256, own, holders));
  if (other.empty()) return ok_status();
  return policy_error(
      name, "has the bytes of " + other + ", and one of the two was told of by a log alone",
      "find out who has the log key of that terminal; release a higher version");
}

Status evidence_reaches(const State& state, const Policy& policy, const Product& product,
                        const Target& target, const GivenEvidence& given, int64_t now) {
  const Evidence needed = std::max(
      policy.evidence_needed(product.name, target.suite, target.component), product.evidence);
  if (given.level >= needed) return ok_status();
  HALLMARK_TRY(const std::vector<LoweredEvidence> lowered, state.lowered_evidence(now));
  const bool allowed =
      std::any_of(lowered.begin(), lowered.end(), [&](const LoweredEvidence& entry) {
        return entry.product == product.name && entry.suite == target.suite &&
               given.level >= entry.evidence;
      });
  if (allowed) return ok_status();
  const std::string enough = needed == Evidence::kRebuilt
                                 ? "hand in what more rebuilders say: hallmark attest import FILE"
                                 : "build it so that it reproduces";
  return policy_error(given.of,
                      "proves '" + evidence_name(given.level) + "' and '" + evidence_name(needed) +
                          "' is needed in suite " + target.suite,
                      enough +
                          "; or, for a time: hallmark allow "
                          "lower-evidence " +
                          product.name + " " + evidence_name(given.level) + " " + target.suite);
}

Result<ListedPaths> listed_paths(int untrusted_fd, const DebPackage& deb, DebPaths which,
                                 const std::string& name) {
  HALLMARK_TRY(std::string packed, untrusted(packed_deb_paths(untrusted_fd, deb, which, name)));
  return ListedPaths{contents_name(deb), std::move(packed)};
}

Status add_to_indices(const State& state, const Policy& policy, const Target& target,
                      const DerivedStanza& package) {
  for (const IndexPlace& place : places_of(policy, target, package)) {
    HALLMARK_CHECK(state.add_stanza(place, package));
  }
  return state.settle_share(target.suite, package.sha256);
}

Status retire_old_versions(const State& state, const std::string& suite,
                           const std::set<std::string>& packages) {
  HALLMARK_TRY(const InstalledPolicy in_force, state.policy_in_force());
  const SuitePolicy* kept = in_force.policy.suite(suite);
  if (kept == nullptr || kept->keep_versions == 0) return ok_status();
  return state.retire(suite, packages, kept->keep_versions);
}

Status retire_by_policy(const State& state, const Policy& policy) {
  for (const SuitePolicy& suite : policy.suites) {
    if (suite.keep_versions == 0) continue;
    HALLMARK_CHECK(state.retire_all(suite.name, suite.keep_versions));
  }
  return ok_status();
}

Status add_called_back(const State& state, const Policy& policy, const Target& target,
                       const DerivedStanza& package) {
  for (const IndexPlace& place : places_of(policy, target, package)) {
    HALLMARK_CHECK(state.add_former_stanza(place, package));
  }
  return ok_status();
}

}  // namespace hallmark
