#include "signer/take_over.hpp"

#include <algorithm>

#include "core/digest.hpp"
#include "signer/change_policy.hpp"
#include "signer/commit.hpp"
#include "signer/kept_request.hpp"

namespace hallmark {
namespace {

// What a policy says of all but this terminal.
Json without_terminal(Policy policy, const std::string& terminal) {
  std::erase_if(policy.log_keys, [&](const LogKeyPolicy& key) { return key.terminal == terminal; });
  std::erase_if(policy.signing_subkeys,
                [&](const SigningSubkey& subkey) { return subkey.terminal == terminal; });
  return to_json(policy);
}

std::string first_difference(const Json& before, const Json& after) {
  for (const auto& [key, value] : after.items()) {
    if (before.value(key, Json()) != value) return key;
  }
  for (const auto& [key, value] : before.items()) {
    if (!after.contains(key)) return key;
  }
  return "";
}

// The change as the group's terminals would have been asked for it; the keys are those of the
// policy before.
Json change_request(const PolicyCase& subject) {
  const Json& body = subject.untrusted_request.body;
  return {{"type", "change-policy"},
          {"policy", subject.text},
          {"openpgp_keys", Json::array()},
          {"apk_certificates", Json::array()},
          {"statement", subject.approval.statement},
          {"signatures", body.value("signatures", Json::array())}};
}

Status record_both_policies(const PolicyCase& subject) {
  const SignerContext& context = subject.context;
  HALLMARK_TRY(const std::string request, kept_request(change_request(subject)));
  Json before = policy_event(subject.replaced);
  Json change = change_event(subject);
  change["request"] = sha256(request).hex();
  change["policy"] = subject.in_force.sha256.hex();
  HALLMARK_TRY(Transaction transaction, context.state.begin());
  HALLMARK_CHECK(context.state.install_policy(subject.replaced, std::nullopt, context.clock()));
  HALLMARK_CHECK(context.state.keep_text(subject.replaced));
  HALLMARK_CHECK(context.state.keep_text(request));
  HALLMARK_CHECK(put_policy_in_force(subject));
  return commit_with_log(context, std::move(transaction), {std::move(before), std::move(change)});
}

}  // namespace

bool takes_over(const PolicyCase& subject) {
  return !subject.installed_already && subject.untrusted_request.body.contains("replaces");
}

Status replaced_policy_can_be_read(PolicyCase& subject) {
  HALLMARK_TRY(subject.replaced, request_text(subject.untrusted_request.body, "replaces"));
  HALLMARK_TRY(subject.in_force.policy, untrusted(parse_policy(subject.replaced, "policy.json")));
  subject.in_force.sha256 = sha256(subject.replaced);
  return ok_status();
}

Status ceremony_is_of_the_first_policy(PolicyCase& subject) {
  if (subject.ceremony.empty()) return ok_status();
  return policy_error("ceremony record", "comes with a policy that replaces another");
}

Status replaced_policy_lacks_this_terminal_alone(PolicyCase& subject) {
  const std::string& terminal = subject.context.origin.terminal;
  const Policy& before = subject.in_force.policy;
  if (before.log_key(terminal) != nullptr) {
    return policy_error("policy " + subject.in_force.sha256.hex(),
                        "names terminal " + terminal + ", which was lost: its log cannot go on",
                        "give the new terminal a name of its own: hallmark init --join --name");
  }
  const std::string key =
      first_difference(to_json(before), without_terminal(subject.policy, terminal));
  if (key.empty()) return ok_status();
  return policy_error("policy.json", "changes \"" + key + "\" of the policy before",
                      "add this terminal's log key and nothing else; what else is to change can "
                      "be changed afterwards");
}

Result<Response> take_over_and_keys(const PolicyCase& subject) {
  HALLMARK_CHECK(record_both_policies(subject));
  HALLMARK_CHECK(write_public_keys(subject));
  return Response{
      Json{{"policy", sha256(subject.text).hex()}, {"replaces", subject.in_force.sha256.hex()}},
      {}};
}

}  // namespace hallmark
