#include "signer/approval_check.hpp"

#include <algorithm>
#include <set>

#include "verify/sshsig.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxSignatures = 64;
constexpr std::size_t kMaxQuote = 120;

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

// Says where two statements part, in their own words.
Error statements_differ(std::string_view untrusted_statement, std::string_view expected) {
  while (!expected.empty()) {
    const std::string_view said = take_line(untrusted_statement);
    const std::string_view wanted = take_line(expected);
    if (said != wanted) {
      return policy_error("approval statement",
                          "says '" + std::string(said.substr(0, kMaxQuote)) + "' where '" +
                              std::string(wanted) + "' is needed",
                          "approve what is asked for, as it is now: hallmark approve");
    }
  }
  return policy_error("approval statement", "goes on after its end");
}

const Approver* find_approver(const Policy& policy, const std::string& name) {
  const auto found = std::find_if(policy.approvers.begin(), policy.approvers.end(),
                                  [&](const Approver& person) { return person.name == name; });
  return found == policy.approvers.end() ? nullptr : &*found;
}

bool owns_key(const Approver& approver, const SshPublicKey& key) {
  return std::any_of(approver.keys.begin(), approver.keys.end(), [&](const std::string& line) {
    const Result<SshPublicKey> own = SshPublicKey::parse(line);
    return own.ok() && *own == key;
  });
}

// The key of the person who is said to have signed, if it is theirs.
Result<SshPublicKey> check_signature(const Policy& policy, std::string_view statement,
                                     const ApprovalSignature& signature) {
  const Approver* approver = find_approver(policy, signature.approver);
  if (approver == nullptr) return policy_error("", "is no approver in the installed policy");
  HALLMARK_TRY(SshPublicKey key, verify_approval_signature(signature.armor, statement));
  if (!owns_key(*approver, key)) {
    return policy_error("",
                        "does not own the key " + key.fingerprint() + " in the installed policy");
  }
  return key;
}

}  // namespace

Result<std::vector<ApprovalSignature>> read_signatures(const Json& untrusted_body) {
  HALLMARK_TRY(const Json* list, request_array(untrusted_body, "signatures", kMaxSignatures));
  std::vector<ApprovalSignature> out;
  for (const Json& entry : *list) {
    if (!entry.is_object()) return failed("request", "has a signature that is no object");
    ApprovalSignature signature;
    HALLMARK_TRY(signature.approver, request_text(entry, "approver"));
    HALLMARK_TRY(signature.armor, request_text(entry, "signature"));
    out.push_back(std::move(signature));
  }
  return out;
}

Status statement_is(std::string_view untrusted_statement, std::string_view expected) {
  if (expected == untrusted_statement) return ok_status();
  return statements_differ(untrusted_statement, expected);
}

Status check_expiry(int64_t expires, int64_t now) {
  if (expires <= now) {
    return policy_error("approval", "expired at " + format_utc(expires), "approve again");
  }
  if (expires - now > kLongestApprovalDays * kDay) {
    return policy_error("approval",
                        "expires at " + format_utc(expires) + ", more than " +
                            std::to_string(kLongestApprovalDays) + " days ahead",
                        "approve again with an earlier expiry");
  }
  return ok_status();
}

Result<std::vector<std::string>> count_approvers(const NeededApproval& needed,
                                                 std::string_view statement,
                                                 const std::vector<ApprovalSignature>& signatures) {
  const Policy& policy = needed.policy;
  std::set<std::string> people;
  std::set<std::string> keys;
  std::string problems;
  for (const ApprovalSignature& signature : signatures) {
    const Result<SshPublicKey> key = check_signature(policy, statement, signature);
    if (!key.ok()) {
      problems += "; '" + signature.approver.substr(0, kMaxQuote) + "' " + key.error().cause;
      continue;
    }
    // One key is one person's, even if the policy lists it under two names.
    if (keys.insert(key->blob).second) people.insert(signature.approver);
  }
  if (people.size() < needed.people) {
    return policy_error("approval",
                        "counts " + std::to_string(people.size()) + " of the " +
                            std::to_string(needed.people) + " people that the policy asks for" +
                            problems,
                        "more approvers sign the statement: hallmark approve");
  }
  std::vector<std::string> out;
  for (const Approver& approver : policy.approvers) {
    if (people.count(approver.name) != 0) out.push_back(approver.name);
  }
  return out;
}

Status count_approvers(const NeededApproval& needed, const Json& untrusted_body,
                       Approval& approval) {
  HALLMARK_TRY(const std::vector<ApprovalSignature> signatures, read_signatures(untrusted_body));
  HALLMARK_TRY(approval.approvers, count_approvers(needed, approval.statement, signatures));
  return ok_status();
}

}  // namespace hallmark
