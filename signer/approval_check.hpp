// Do enough people approve of exactly this?
//
// The signer writes the statement that must have been signed from what it knows itself, and takes
// only the expiry from the one it was handed. People are counted, not keys.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "core/model/approval.hpp"
#include "core/model/policy.hpp"

namespace hallmark {

// How far ahead an approval may reach.
inline constexpr int64_t kLongestApprovalDays = 90;

struct ApprovalSignature {
  std::string approver;  // a name in the policy
  std::string armor;     // SSHSIG
};
Result<std::vector<ApprovalSignature>> read_signatures(const Json& untrusted_body);

// The statement is byte for byte the one that `expected` renders to, with its own expiry. Returns
// the expiry.
Result<int64_t> check_statement(std::string_view untrusted_statement, ApprovalStatement expected);

// Not over yet, and not beyond the longest time.
Status check_expiry(int64_t expires, int64_t now);

// Names of the distinct people of the policy who signed the statement, in the policy's order. Fewer
// than the threshold is a refusal that says what is wrong with each signature that did not count.
Result<std::vector<std::string>> count_approvers(const Policy& policy, std::string_view statement,
                                                 const std::vector<ApprovalSignature>& signatures);

}  // namespace hallmark
