#include "core/model/policy_rules.hpp"

#include <algorithm>
#include <set>

namespace hallmark {
namespace {

void check_log_keys(ObjectReader& reader, const std::vector<LogKeyPolicy>& log_keys) {
  std::set<std::string> seen;
  for (const LogKeyPolicy& log : log_keys) {
    if (!seen.insert(log.terminal).second || !seen.insert(log.key).second) {
      reader.fail("log_keys", "names a terminal or a key twice");
    }
  }
}

bool suites_name_key(const Policy& policy, const std::string& fingerprint) {
  return std::any_of(policy.suites.begin(), policy.suites.end(), [&](const SuitePolicy& suite) {
    return std::find(suite.keys.begin(), suite.keys.end(), fingerprint) != suite.keys.end();
  });
}

bool names_key(const Policy& policy, const std::string& id) {
  const auto is_apk_key = [&](const ApkKeyPolicy& key) {
    return key.certificate_sha256.hex() == id;
  };
  return suites_name_key(policy, id) ||
         std::any_of(policy.apk_keys.begin(), policy.apk_keys.end(), is_apk_key);
}

void check_signing_subkeys(ObjectReader& reader, const Policy& policy) {
  std::set<std::pair<std::string, std::string>> seen;
  for (const SigningSubkey& entry : policy.signing_subkeys) {
    if (policy.log_key(entry.terminal) == nullptr) {
      reader.fail("signing_subkeys",
                  "names the terminal '" + entry.terminal + "', which is not in log_keys");
    }
    if (!suites_name_key(policy, entry.key)) {
      reader.fail("signing_subkeys", "names '" + entry.key + "', which is no key of a suite");
    }
    if (!seen.insert({entry.terminal, entry.key}).second) {
      reader.fail("signing_subkeys", "names two subkeys of one key for one terminal");
    }
  }
}

void check_exposed_keys(ObjectReader& reader, const Policy& policy) {
  for (const std::string& id : policy.exposed_keys) {
    if (!names_key(policy, id)) {
      reader.fail("exposed_keys", "names '" + id + "', which is no key of the policy");
    }
  }
}

void check_suites(ObjectReader& reader, const std::vector<SuitePolicy>& suites) {
  std::set<std::string> names;
  for (const SuitePolicy& suite : suites) {
    if (!names.insert(suite.name).second) reader.fail("suites", "has " + suite.name + " twice");
  }
}

// May its name be part of a file's that apt reads?
bool is_client_suite(const SuitePolicy& suite) {
  constexpr std::size_t kMaxSuite = 48;
  return suite.name.size() <= kMaxSuite && suite.name.find_first_of("+~") == std::string::npos;
}

void check_clients(ObjectReader& reader, const Policy& policy) {
  if (!policy.clients) return;
  const bool named = std::all_of(policy.suites.begin(), policy.suites.end(), is_client_suite);
  if (policy.suites.empty()) reader.fail("clients", "are of apt, and the policy has no suite");
  if (!named) {
    reader.fail("clients", "need names of suites without + and ~, of at most 48 characters");
  }
}

// A key that could sign an application as well would let one request stand for the other.
void check_fdroid(ObjectReader& reader, const Policy& policy) {
  if (!policy.fdroid) return;
  const ApkKeyPolicy* key = policy.apk_key(policy.fdroid->key);
  const auto is_older_key = [&](const ApkKeyPolicy& other) {
    return other.rotates && other.rotates->key == policy.fdroid->key;
  };
  if (key == nullptr || !key->packages.empty() || key->rotates ||
      std::any_of(policy.apk_keys.begin(), policy.apk_keys.end(), is_older_key)) {
    reader.fail("fdroid",
                "must name a key of apk_keys that signs no application and is in no "
                "rotation, and names '" +
                    policy.fdroid->key + "'");
  }
}

void check_threshold(ObjectReader& reader, const Policy& policy) {
  std::set<std::string> people;
  std::set<std::string_view> keys;
  for (const Approver& approver : policy.approvers) {
    if (!people.insert(approver.name).second) {
      reader.fail("approvers", "names '" + approver.name + "' twice");
    }
    for (const std::string& line : approver.keys) {
      if (!keys.insert(ssh_key_of_line(line)).second)
        reader.fail("approvers", "gives two people the same key");
    }
  }
  if (policy.threshold < 1 || policy.threshold > people.size()) {
    reader.fail("threshold", "must be at least 1 and at most the number of approvers");
  }
}

}  // namespace

void check_policy(ObjectReader& reader, const Policy& policy) {
  check_log_keys(reader, policy.log_keys);
  check_signing_subkeys(reader, policy);
  check_exposed_keys(reader, policy);
  check_threshold(reader, policy);
  check_rebuilders(reader, policy);
  check_thresholds(reader, policy.thresholds, policy.approvers.size());
  check_apk_keys(reader, policy.apk_keys);
  check_suites(reader, policy.suites);
  check_clients(reader, policy);
  check_fdroid(reader, policy);
}

}  // namespace hallmark
