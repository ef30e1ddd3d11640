// change-policy: what was signed under the policy in force is not stranded by the new one.
#include <algorithm>

#include "signer/change_policy.hpp"
#include "verify/log/log_key.hpp"

namespace hallmark {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

// The suites that have a signed Release, in both policies. Where the new policy lacks one,
// published_suites_stay has refused it.
struct KeptSuite {
  const SuitePolicy* before;
  const SuitePolicy* after;
};
Result<std::vector<KeptSuite>> kept_suites(const PolicyCase& subject) {
  HALLMARK_TRY(const std::vector<std::string> names, subject.context.state.suites_with_releases());
  std::vector<KeptSuite> out;
  for (const std::string& name : names) {
    const KeptSuite kept{subject.in_force.policy.suite(name), subject.policy.suite(name)};
    if (kept.before != nullptr && kept.after != nullptr) out.push_back(kept);
  }
  return out;
}

std::string key_of(const Policy& policy, const std::string& application) {
  for (const ApkKeyPolicy& key : policy.apk_keys) {
    if (contains(key.packages, application)) return key.name;
  }
  return "";
}

using Chain = std::vector<const ApkKeyPolicy*>;

// Is every key of `before` there, in its place and as it was? Newer keys may follow. A device that
// has seen the newer key of a step goes on seeing it.
bool goes_on(const Chain& before, const Chain& after) {
  if (after.size() < before.size()) return false;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const ApkKeyPolicy& was = *before[i];
    const ApkKeyPolicy& is = *after[i];
    if (was.name != is.name || was.certificate_sha256 != is.certificate_sha256) return false;
    if (i == 0) continue;
    if (is.rotates->min_sdk > was.rotates->min_sdk ||
        is.rotates->capabilities != was.rotates->capabilities) {
      return false;
    }
  }
  return true;
}

}  // namespace

Status published_suites_stay(PolicyCase& subject) {
  HALLMARK_TRY(const std::vector<std::string> signed_suites,
               subject.context.state.suites_with_releases());
  for (const std::string& name : signed_suites) {
    if (subject.policy.suite(name) != nullptr) continue;
    return policy_error("suite " + name, "has signed Releases, and the new policy lacks it",
                        "keep the suite");
  }
  HALLMARK_TRY(const std::vector<IndexPlace> places, subject.context.state.places_with_packages());
  for (const IndexPlace& place : places) {
    const SuitePolicy* suite = subject.policy.suite(place.suite);
    if (suite != nullptr && contains(suite->components, place.component) &&
        contains(suite->architectures, place.architecture)) {
      continue;
    }
    return policy_error("suite " + place.suite,
                        "has accepted packages in " + place.component + " for " +
                            place.architecture + ", which the new policy lacks",
                        "keep the suite, the component and the architecture");
  }
  return ok_status();
}

// apt stops, and asks a person, when one of these changes under it.
Status published_suites_keep_their_names(PolicyCase& subject) {
  HALLMARK_TRY(const std::vector<KeptSuite> suites, kept_suites(subject));
  if (suites.empty()) return ok_status();
  const Policy& before = subject.in_force.policy;
  if (before.origin != subject.policy.origin || before.label != subject.policy.label) {
    return policy_error("policy", "gives another origin or label to suites that are published",
                        "apt would stop on every machine that uses them");
  }
  for (const KeptSuite& suite : suites) {
    if (suite.before->codename == suite.after->codename) continue;
    return policy_error("suite " + suite.after->name,
                        "is published with the codename " + suite.before->codename,
                        "apt would stop on every machine that uses it");
  }
  return ok_status();
}

Status published_suites_keep_a_key(PolicyCase& subject) {
  HALLMARK_TRY(const std::vector<KeptSuite> suites, kept_suites(subject));
  for (const KeptSuite& suite : suites) {
    const std::vector<std::string>& before = suite.before->keys;
    const bool kept = std::any_of(before.begin(), before.end(), [&](const std::string& key) {
      return contains(suite.after->keys, key);
    });
    if (kept) continue;
    return policy_error("suite " + suite.after->name, "would lose every key that its users have",
                        "add the new key first, and take the old one out in a later change");
  }
  return ok_status();
}

// What has left a suite may be on no host any more; and terminals that hear of the two policies at
// different times would have different suites.
Status retired_versions_stay_retired(PolicyCase& subject) {
  for (const SuitePolicy& before : subject.in_force.policy.suites) {
    const SuitePolicy* after = subject.policy.suite(before.name);
    if (before.keep_versions == 0 || after == nullptr) continue;
    if (after->keep_versions > 0 && after->keep_versions <= before.keep_versions) continue;
    return policy_error("suite " + before.name,
                        "keeps " + std::to_string(before.keep_versions) +
                            " version(s) of a package, and what has left it cannot come back",
                        "keep \"keep_versions\", or lower it");
  }
  return ok_status();
}

Status applications_keep_their_keys(PolicyCase& subject) {
  HALLMARK_TRY(const std::vector<std::string> applications,
               subject.context.state.application_names());
  const Policy& before = subject.in_force.policy;
  for (const std::string& application : applications) {
    const std::string was = key_of(before, application);
    if (was.empty()) continue;
    const std::string is = key_of(subject.policy, application);
    if (!is.empty() &&
        goes_on(apk_key_chain(before.apk_keys, was), apk_key_chain(subject.policy.apk_keys, is))) {
      continue;
    }
    return policy_error(
        "application " + application,
        "has releases under the key '" + was + "', and the new policy takes it away or changes it",
        "keep the key as it is, or add one that rotates it");
  }
  return ok_status();
}

// Clients know the repository by its certificate: with another one it is another repository, and
// the one that they have goes stale without a word.
Status fdroid_repository_keeps_its_key(PolicyCase& subject) {
  HALLMARK_TRY(const std::optional<SignedFdroidIndex> newest,
               subject.context.state.newest_fdroid_index());
  if (!newest) return ok_status();
  const Policy& after = subject.policy;
  const ApkKeyPolicy* key = after.fdroid ? after.apk_key(after.fdroid->key) : nullptr;
  if (key != nullptr && key->certificate_sha256 == newest->certificate) return ok_status();
  return policy_error("F-Droid repository",
                      "has users who know it by the certificate " + newest->certificate.hex() +
                          ", and the new policy has no such repository",
                      "keep \"fdroid\" and its key");
}

// A lineage is signed once: stores and devices may have it.
Status rotations_handed_out_stay(PolicyCase& subject) {
  HALLMARK_TRY(const std::vector<std::string> keys, subject.context.state.lineage_keys());
  for (const std::string& key : keys) {
    const Chain was = apk_key_chain(subject.in_force.policy.apk_keys, key);
    const Chain is = apk_key_chain(subject.policy.apk_keys, key);
    if (is.size() == was.size() && goes_on(was, is)) continue;
    return policy_error("APK key " + key, "has a rotation that was handed out",
                        "keep its entry and those that it took over from as they are");
  }
  return ok_status();
}

// Where a key has been does not change.
Status exposed_keys_stay_marked(PolicyCase& subject) {
  const Policy& after = subject.policy;
  std::vector<std::string> there = openpgp_fingerprints(after);
  for (const ApkKeyPolicy& key : after.apk_keys) there.push_back(key.certificate_sha256.hex());
  for (const std::string& key : subject.in_force.policy.exposed_keys) {
    if (!contains(there, key) || contains(after.exposed_keys, key)) continue;
    return policy_error("key " + key, "was elsewhere before it was imported, and stays so",
                        "keep it in \"exposed_keys\" for as long as the policy names it");
  }
  return ok_status();
}

// Whoever kept a checkpoint goes on checking with the key that signed it.
Status log_keeps_its_key_and_name(PolicyCase& subject) {
  const std::string& terminal = subject.context.origin.terminal;
  HALLMARK_TRY(const NoteKey before, log_key_of(subject.in_force.policy, terminal));
  HALLMARK_TRY(const NoteKey after, log_key_of(subject.policy, terminal));
  if (before.vkey() == after.vkey()) return ok_status();
  return policy_error("log of terminal " + terminal,
                      "is " + before.vkey() + ", and would become " + after.vkey(),
                      "keep the origin and the terminal's log key");
}

}  // namespace hallmark
