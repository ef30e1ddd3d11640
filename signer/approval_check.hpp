// Do enough people approve of exactly this?
//
// The signer writes the statement that must have been signed from what it knows itself, and takes
// only the expiry from the one it was handed. People are counted, not keys.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/digest.hpp"
#include "core/json.hpp"
#include "core/model/approval.hpp"
#include "core/model/policy.hpp"
#include "signer/rules.hpp"

namespace hallmark {

// How far ahead an approval may reach.
inline constexpr int64_t kLongestApprovalDays = 90;

// What a request's "statement" and "signatures" come to.
struct Approval {
  std::string statement;
  Sha256Digest statement_sha256;
  int64_t expires = 0;
  std::vector<std::string> approvers;  // names in the policy that counted
};

struct ApprovalSignature {
  std::string approver;  // a name in the policy
  std::string armor;     // SSHSIG
};
Result<std::vector<ApprovalSignature>> read_signatures(const Json& untrusted_body);

// Refuses with the first line in which the two differ.
Status statement_is(std::string_view untrusted_statement, std::string_view expected);

// The statement is byte for byte the one that `expected`, a statement of any action, renders to,
// with its own expiry. Returns the expiry.
template <typename Statement>
Result<int64_t> check_statement(std::string_view untrusted_statement, Statement expected) {
  HALLMARK_TRY(expected.expires, untrusted(statement_expiry(untrusted_statement)));
  HALLMARK_CHECK(statement_is(untrusted_statement, render_statement(expected)));
  return expected.expires;
}

// The same for a request's "statement"; who signed it is not looked at yet.
template <typename Statement>
Result<Approval> read_approval(const Json& untrusted_body, const Statement& expected) {
  Approval approval;
  HALLMARK_TRY(approval.statement, request_text(untrusted_body, "statement"));
  HALLMARK_TRY(approval.expires, check_statement(approval.statement, expected));
  approval.statement_sha256 = sha256(approval.statement);
  return approval;
}

// Not over yet, and not beyond the longest time.
Status check_expiry(int64_t expires, int64_t now);

// Names of the distinct people of the policy who signed the statement, in the policy's order. Fewer
// than `needed` is a refusal that says what is wrong with each signature that did not count.
struct NeededApproval {
  const Policy& policy;
  std::size_t people;
};
Result<std::vector<std::string>> count_approvers(const NeededApproval& needed,
                                                 std::string_view statement,
                                                 const std::vector<ApprovalSignature>& signatures);
// The same with a request's "signatures", into `approval`.
Status count_approvers(const NeededApproval& needed, const Json& untrusted_body,
                       Approval& approval);

}  // namespace hallmark
