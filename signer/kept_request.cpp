#include "signer/kept_request.hpp"

#include <algorithm>
#include <array>

#include "core/digest.hpp"
#include "core/model/approval.hpp"
#include "signer/approval_check.hpp"
#include "signer/commit.hpp"
#include "signer/rules.hpp"

namespace hallmark {
namespace {

struct KeptType {
  const char* type;
  const char* kind;                      // of the lines that it leads to
  std::array<std::string_view, 6> keys;  // besides those of every type
};

// Nothing else is kept: what strangers add to a request does not get into the log.
constexpr KeptType kKeptTypes[] = {
    {"accept-build", "acceptance", {"product", "lock", "record", "record_text"}},
    {"accept-prebuilt", "acceptance", {"product", "manifest"}},
    {"promote", "promotion", {"product", "version", "from", "to"}},
    {"allow-lower-version",
     "lower-version",
     {"product", "suite", "packages", "version_now", "version_wanted", "reason"}},
    {"allow-lower-evidence", "lower-evidence", {"product", "suites", "evidence", "owner", "until"}},
    {"accept-attestation", "attestation", {"envelope", "lock"}},
    {"allow-dissent",
     "dissent",
     {"product", "version", "owner", "attestations", "outcome", "reason"}},
    {"rollout", "rollout", {"product", "version", "suite", "after", "from", "to"}},
    {"withdraw", "withdrawal", {"product", "version", "suite"}},
    {"change-policy", "policy", {"policy", "openpgp_keys", "apk_certificates"}},
};
constexpr std::string_view kKeysOfEvery[] = {"type", "statement"};

const KeptType* kept_type(std::string_view type) {
  const auto* found = std::find_if(std::begin(kKeptTypes), std::end(kKeptTypes),
                                   [type](const KeptType& entry) { return entry.type == type; });
  return found == std::end(kKeptTypes) ? nullptr : found;
}

void keep(const Json& body, std::string_view key, Json& kept) {
  const auto found = body.find(key);
  if (found != body.end()) kept[std::string(key)] = *found;
}

Result<Json> kept_signatures(const Json& body) {
  HALLMARK_TRY(const std::vector<ApprovalSignature> signatures, read_signatures(body));
  Json out = Json::array();
  for (const ApprovalSignature& signature : signatures) {
    out.push_back({{"approver", signature.approver}, {"signature", signature.armor}});
  }
  return out;
}

void say_whose_they_are(const Adoption& adoption, Json& event) {
  event["sibling"] = adoption.terminal;
  event["sibling_sequence"] = adoption.sequence;
  event["sibling_time"] = format_utc(adoption.time);
}

}  // namespace

bool leads_to_lines(std::string_view kind) {
  return std::any_of(std::begin(kKeptTypes), std::end(kKeptTypes),
                     [kind](const KeptType& entry) { return entry.kind == kind; });
}

bool is_kept_request(std::string_view type, std::string_view kind) {
  const KeptType* kept = kept_type(type);
  return kept != nullptr && kept->kind == kind;
}

Result<std::string> kept_request(const Json& body) {
  HALLMARK_TRY(const std::string type, request_text(body, "type"));
  const KeptType* kept = kept_type(type);
  if (kept == nullptr) return failed("request", "is not one that is kept");
  Json out = Json::object();
  for (const std::string_view key : kKeysOfEvery) keep(body, key, out);
  for (const std::string_view key : kept->keys) keep(body, key, out);
  // What a rebuilder says is asked of nobody's approval.
  if (body.contains("signatures")) {
    HALLMARK_TRY(out["signatures"], kept_signatures(body));
  }
  HALLMARK_TRY(std::string text, canonical_dump(out));
  // What a line names must be published, or the log could never be again.
  if (text.size() <= kMaxKeptText) return text;
  return with_rule(
      "what-led-to-a-line-can-be-published",
      verification_error("request", "is too large to be kept, and published with the log"));
}

Status commit_request(const SignerContext& context, Transaction transaction, const Json& body,
                      const Sha256Digest& policy, std::vector<Json> events) {
  HALLMARK_TRY(const std::string text, kept_request(body));
  HALLMARK_CHECK(context.state.keep_text(text));
  const std::string request = sha256(text).hex();
  for (Json& event : events) {
    event["request"] = request;
    event["policy"] = policy.hex();
    if (context.adoption != nullptr) say_whose_they_are(*context.adoption, event);
  }
  if (context.adoption != nullptr) {
    const Adoption& adoption = *context.adoption;
    HALLMARK_CHECK(context.state.keep_text(adoption.policy_text));
    HALLMARK_CHECK(
        context.state.settle_lines(adoption.terminal, adoption.sequence, adoption.lines));
  }
  return commit_with_log(context, std::move(transaction), events);
}

}  // namespace hallmark
