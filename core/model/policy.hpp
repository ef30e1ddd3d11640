// policy.json: suites, keys, approvers and thresholds. The signer works from the copy it installed
// at the ceremony, never from the file. Schema: docs/schema/policy.schema.json.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "core/model/apk_key.hpp"
#include "core/model/evidence.hpp"
#include "core/result.hpp"

namespace hallmark {

struct SuitePolicy {
  std::string name;
  std::string codename;
  std::vector<std::string> components;
  std::vector<std::string> architectures;  // without "all", which goes to each of them
  int64_t valid_days = 30;                 // Valid-Until = Date + this
  std::vector<std::string> keys;           // OpenPGP v4 fingerprints, 40 upper-case hex digits
};

// One person. Two keys of one person are one vote.
struct Approver {
  std::string name;
  std::vector<std::string> keys;  // OpenSSH public key lines
};

struct Policy {
  std::string origin;
  std::string label;
  bool demo = false;
  std::vector<SuitePolicy> suites;
  std::vector<Approver> approvers;
  uint64_t threshold = 2;  // distinct people
  Evidence evidence = Evidence::kReproduced;
  std::vector<ApkKeyPolicy> apk_keys;

  const SuitePolicy* suite(std::string_view name) const;
  const ApkKeyPolicy* apk_key(std::string_view name) const;
};

Result<Policy> parse_policy(std::string_view text, const std::string& subject);
Json to_json(const Policy& policy);

}  // namespace hallmark
