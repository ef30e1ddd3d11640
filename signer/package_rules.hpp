// What must hold of a .deb that comes into a suite, by whichever request it comes.
#pragma once

#include <set>

#include "core/model/policy.hpp"
#include "core/model/product.hpp"
#include "signer/state.hpp"
#include "verify/deb_package.hpp"
#include "verify/deb_paths.hpp"

namespace hallmark {

// Of which release something comes, and where.
struct Arrival {
  const std::string& suite;
  const Sha256Digest& lock;  // of the release
  int64_t now = 0;           // seconds since 1970
  bool adopted = false;      // from a sibling, which acted then: what came later does not count
};

// "hm-test 1.0-1 amd64"
std::string describe(const DerivedStanza& package);

// Suite and component are the policy's.
Status place_is_in_the_policy(const Policy& policy, const Target& target);
// So is the architecture, of a .deb; "all" is in the index of each.
Status architecture_is_in_the_policy(const Policy& policy, const Target& target);

// Or approvers of one small product could have a package of everybody's replaced.
Status package_is_the_products_own(const State& state, const Product& product,
                                   const DerivedStanza& package);
// Unless an approval allows exactly this, once (allow-lower-version).
Status version_is_not_lowered(const State& state, const Arrival& arrival,
                              const DerivedStanza& package);
// Nor does another version that differs in its epoch alone: the pool has one file for both.
Status package_keeps_its_bytes(const State& state, const DerivedStanza& package);
// Not as part of another release either.
Status bytes_were_not_withdrawn(const State& state, const std::string& name,
                                const Sha256Digest& sha256);

// As well known as the policy and the product ask for there, or an approval that has not ended
// (allow-lower-evidence).
struct GivenEvidence {
  std::string of;  // what a refusal is about
  Evidence level = Evidence::kPrebuilt;
};
Status evidence_reaches(const State& state, const Policy& policy, const Product& product,
                        const Target& target, const GivenEvidence& given, int64_t now);

// What Contents will say of it.
Result<ListedPaths> listed_paths(int untrusted_fd, const DebPackage& deb, DebPaths which,
                                 const std::string& name);

// What a log told of and called back was never read: no digest of it may be another release's, or
// calling it back would take that one along.
Status bytes_are_of_no_other(const State& state, const std::string& name,
                             const Sha256Digest& sha256, const ReleaseInSuite& own,
                             State::Holders holders);

// Puts it into the index of its architecture, or of each where it is for "all". Its build is known
// already: the share of the machines follows from that.
Status add_to_indices(const State& state, const Policy& policy, const Target& target,
                      const DerivedStanza& package);

// After packages have come into a suite: what of them it keeps, by the policy in force. That is the
// newest one also where a sibling acted under an earlier: what stays in a suite follows from what
// was accepted, in whatever order it came.
Status retire_old_versions(const State& state, const std::string& suite,
                           const std::set<std::string>& packages);
// The same of everything, when a policy comes into force.
Status retire_by_policy(const State& state, const Policy& policy);

// In an adoption, of what was called back since: into no index, but its name, version and bytes are
// known from now on.
Status add_called_back(const State& state, const Policy& policy, const Target& target,
                       const DerivedStanza& package);

}  // namespace hallmark
