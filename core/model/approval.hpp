// The statements that approvers sign (SSHSIG, namespace "hallmark-approval@v1"), one for each
// action. They are text that a person can read; the signer regenerates them and compares bytes, so
// each has exactly one form. docs/formats.md describes them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
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

// Action "promote": the bytes that one suite has of a release go to another suite too, each package
// to its component there.
struct PromotedFile {
  std::string name;
  Sha256Digest sha256;
  auto operator<=>(const PromotedFile&) const = default;
};
struct PromoteStatement {
  std::string product;
  Sha256Digest product_sha256;
  Sha256Digest policy_sha256;
  std::string version;
  std::vector<PromotedFile> files;  // sorted, each once
  std::string from;
  std::string to;
  std::string terminal_group;
  int64_t expires = 0;
};
std::string render_statement(const PromoteStatement& statement);

// Action "lower-version": once, packages may come into a suite in a lower version than it has had.
struct LowerVersionStatement {
  std::string product;
  Sha256Digest policy_sha256;
  std::string suite;
  std::vector<std::string> packages;  // names, in the order in which they were asked for
  std::string version_now;            // the highest that the suite has had, of each of them
  std::string version_wanted;
  std::string reason;  // one line
  std::string terminal_group;
  int64_t expires = 0;  // of the statement, and of what it allows
};
std::string render_statement(const LowerVersionStatement& statement);

// Action "lower-evidence": until a day, a product may come into suites with less evidence than the
// policy asks for there.
struct LowerEvidenceStatement {
  std::string product;
  Sha256Digest policy_sha256;
  std::vector<std::string> suites;  // in the order in which they were asked for
  Evidence evidence = Evidence::kPrebuilt;
  std::string owner;  // the approver who sees to it that it ends
  int64_t until = 0;  // seconds since 1970
  std::string terminal_group;
  int64_t expires = 0;
};
std::string render_statement(const LowerEvidenceStatement& statement);

// Action "dissent": what a rebuilder said against one outcome of a build stands in that outcome's
// way no longer.
struct DissentStatement {
  std::string product;
  Sha256Digest policy_sha256;
  std::string version;
  std::string owner;                       // the rebuilder
  std::vector<Sha256Digest> attestations;  // in the order in which they were asked for
  Sha256Digest outcome;                    // what people hold to be right: outcome_digest()
  std::string reason;                      // one line
  std::string terminal_group;
  int64_t expires = 0;
};
std::string render_statement(const DissentStatement& statement);

// Action "rollout": how many of the machines that have a package take the version that a suite has.
struct RolloutStatement {
  std::string product;
  Sha256Digest policy_sha256;
  std::string version;
  std::string suite;
  // The statements, by digest, whose shares were in force until then; sorted. None of a release
  // whose share nobody has changed yet.
  std::vector<Sha256Digest> after;
  uint64_t from = 100;  // percent, in force until then
  uint64_t to = 100;    // percent
  std::string terminal_group;
  int64_t expires = 0;
};
std::string render_statement(const RolloutStatement& statement);

// Action "import-prebuilt": exactly these files come into their suites.
struct ImportStatement {
  std::string product;
  Sha256Digest product_sha256;
  Sha256Digest policy_sha256;
  std::string version;
  Sha256Digest manifest_sha256;
  std::string suites;  // as of a release
  std::string terminal_group;
  int64_t expires = 0;  // seconds since 1970
};
std::string render_statement(const ImportStatement& statement);
// Action "time-jump": the signer goes by its clock again, which went back or far ahead.
struct TimeStatement {
  Sha256Digest policy_sha256;
  std::string terminal;
  int64_t floor = 0;  // the newest time that this terminal has acted at
  int64_t time = 0;   // what takes its place
  std::string terminal_group;
  int64_t expires = 0;
};
std::string render_statement(const TimeStatement& statement);

// The only fact that the signer takes from the statement it is handed: everything else it knows.
Result<int64_t> statement_expiry(std::string_view untrusted_statement);

// The "suites" line for these targets.
std::string approval_suites(const std::vector<Target>& targets);

// As many as the strictest of these targets needs. An application's signature is bound to no
// suite, and a package that is taken over was another product's: these need as many as anything
// does, or the weakest threshold of the policy would be theirs.
uint64_t people_needed(const Policy& policy, const Product& product,
                       const std::vector<Target>& targets);

// As many as the strictest component of these suites needs.
uint64_t people_needed_in_suites(const Policy& policy, const std::string& product,
                                 const std::vector<std::string>& suites);

// Text of people's own that may stand in a statement: one line of 1 to 200 bytes that shows all
// that it holds.
bool is_statement_text(std::string_view text);

// "2026-12-21T00:00:00Z"
std::string format_utc(int64_t seconds);
constexpr int64_t kDay = 86400;  // seconds
Result<int64_t> parse_utc(std::string_view text);

}  // namespace hallmark
