#include "cli/first_policy.hpp"

#include <algorithm>

#include "core/digest.hpp"

namespace hallmark {
namespace {

constexpr const char* kDemoOrigin = "Hallmark demo (throwaway)";

std::vector<ApkKeyPlan> planned_apk_keys(const InitOptions& options) {
  std::vector<ApkKeyPlan> plans = options.apk_keys;
  if (plans.empty()) plans.emplace_back().policy.name = "app";
  const std::string& application = options.application;
  const bool signed_by_one = std::any_of(plans.begin(), plans.end(), [&](const ApkKeyPlan& plan) {
    const std::vector<std::string>& ids = plan.policy.packages;
    return std::find(ids.begin(), ids.end(), application) != ids.end();
  });
  if (!application.empty() && !signed_by_one) plans.back().policy.packages.push_back(application);
  return plans;
}

// Stand-ins of the shape that the real ones will have.
SigningKeys keys_to_be(const InitOptions& options) {
  SigningKeys keys;
  keys.openpgp.fingerprint = std::string(40, '0');
  for (const ApkKeyPlan& plan : options.apk_keys) {
    ApkKey& key = keys.apk.emplace_back(ApkKey{plan.policy, ""});
    key.policy.keygrip = std::string(40, '0');
    key.policy.certificate_sha256 = sha256(std::to_string(keys.apk.size()));
  }
  return keys;
}

std::vector<Approver> approvers_to_be(const InitOptions& options) {
  if (!options.demo) return options.approvers;
  return {{"alice", {"1"}}, {"bob", {"2"}}};
}

Status judged(const Status& verdict, const char* file) {
  if (verdict.ok()) return verdict;
  return usage_error(
      "init", verdict.error().cause,
      std::string("the options ask for a ") + file + " that would not be valid; nothing was made");
}

template <typename T>
Status status_of(const Result<T>& parsed) {
  return parsed.ok() ? ok_status() : Status(parsed.error());
}

}  // namespace

InitOptions with_defaults(InitOptions options, const std::string& architecture) {
  if (options.demo) {
    options.origin = kDemoOrigin;
    options.threshold = 2;
  }
  if (options.codename.empty()) options.codename = options.suite;
  if (options.architectures.empty()) options.architectures = {architecture};
  options.apk_keys = planned_apk_keys(options);
  return options;
}

Terminal first_terminal(const InitOptions& options) {
  return {options.name, options.group, options.demo, options.hosts};
}

Policy first_policy(const InitOptions& options, const SigningKeys& keys,
                    const std::vector<Approver>& approvers) {
  Policy policy;
  policy.origin = options.origin;
  policy.label = options.origin;
  policy.demo = options.demo;
  policy.threshold = options.threshold;
  policy.approvers = approvers;
  SuitePolicy suite;
  suite.name = options.suite;
  suite.codename = options.codename;
  suite.components = options.components;
  suite.architectures = options.architectures;
  suite.keys = {keys.openpgp.fingerprint};
  policy.suites = {suite};
  for (const ApkKey& key : keys.apk) policy.apk_keys.push_back(key.policy);
  policy.log_keys = {{options.name, keys.log}};
  return policy;
}

Status check_first_files(const InitOptions& options) {
  HALLMARK_CHECK(check_apk_key_plans(options.apk_keys));
  const Policy policy = first_policy(options, keys_to_be(options), approvers_to_be(options));
  HALLMARK_TRY(const std::string policy_text, canonical_dump(to_json(policy)));
  HALLMARK_CHECK(judged(status_of(parse_policy(policy_text, "policy.json")), "policy.json"));
  return check_first_terminal(options);
}

Status check_first_terminal(const InitOptions& options) {
  HALLMARK_TRY(const std::string terminal, canonical_dump(to_json(first_terminal(options))));
  return judged(status_of(parse_terminal(terminal, "terminal.json")), "terminal.json");
}

}  // namespace hallmark
