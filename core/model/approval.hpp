// The statements that approvers sign (SSHSIG, namespace "hallmark-approval@v1"), one for each
// action. They are text that a person can read; the signer regenerates them and compares bytes, so
// each has exactly one form. docs/formats.md describes them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/bytes.hpp"
#include "core/model/lock.hpp"
#include "core/model/policy.hpp"
#include "core/model/product.hpp"
#include "core/result.hpp"

namespace hallmark {

inline constexpr std::string_view kApprovalNamespace = "hallmark-approval@v1";

// Action "release".
struct ApprovalStatement {
  std::string action;
  std::string product;
  Sha256Digest product_sha256;  // of products/NAME.json
  Sha256Digest policy_sha256;   // of policy.json
  std::string version;
  Sha256Digest lock_sha256;
  std::string suites;  // "SUITE/COMPONENT" of each target, sorted, once, separated by spaces
  std::string terminal_group;
  int64_t expires = 0;  // seconds since 1970
};

std::string render_statement(const ApprovalStatement& statement);

// Action "policy": another policy comes into force.
struct PolicyStatement {
  Sha256Digest policy_sha256;      // of the policy in force
  Sha256Digest new_policy_sha256;  // of the one that is to be
  std::string terminal_group;
  int64_t expires = 0;
};
std::string render_statement(const PolicyStatement& statement);

// Action "withdraw": a release is called back.
struct WithdrawStatement {
  std::string product;
  Sha256Digest policy_sha256;
  std::string version;
  std::string suite;  // kEverySuite, or one
  std::string terminal_group;
  int64_t expires = 0;
};
inline constexpr const char* kEverySuite = "*";
std::string render_statement(const WithdrawStatement& statement);

// The only fact that the signer takes from the statement it is handed: everything else it knows.
Result<int64_t> statement_expiry(std::string_view untrusted_statement);

// The "suites" line for a lock's targets.
std::string approval_suites(const Lock& lock);

// As many as the strictest of the lock's targets needs. An application's signature is bound to no
// suite, and a package that is taken over was another product's: these need as many as anything
// does, or the weakest threshold of the policy would be theirs.
uint64_t people_needed(const Policy& policy, const Product& product, const Lock& lock);

// "2026-12-21T00:00:00Z"
std::string format_utc(int64_t seconds);
constexpr int64_t kDay = 86400;  // seconds
Result<int64_t> parse_utc(std::string_view text);

}  // namespace hallmark
