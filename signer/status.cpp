#include "signer/status.hpp"

#include "core/model/approval.hpp"
#include "signer/clock.hpp"
#include "signer/install_policy.hpp"
#include "signer/key_inventory.hpp"
#include "signer/rollout_request.hpp"
#include "signer/sibling_work.hpp"

namespace hallmark {
namespace {

Result<Json> suite_status(const SignerContext& context, const SuitePolicy& suite) {
  HALLMARK_TRY(const int64_t packages, context.state.count_stanzas(suite.name));
  HALLMARK_TRY(const std::optional<SignedRelease> newest, context.state.newest_release(suite.name));
  Json out = {{"name", suite.name}, {"packages", packages}};
  if (newest) {
    out["date"] = format_utc(newest->date);
    out["valid_until"] = format_utc(newest->valid_until);
  }
  return out;
}

Result<Json> lowered_evidence(const SignerContext& context) {
  HALLMARK_TRY(const std::vector<LoweredEvidence> lowered,
               context.state.lowered_evidence(context.now()));
  Json out = Json::array();
  for (const LoweredEvidence& entry : lowered) {
    out.push_back({{"product", entry.product},
                   {"suite", entry.suite},
                   {"evidence", evidence_name(entry.evidence)},
                   {"owner", entry.owner},
                   {"until", format_utc(entry.until)},
                   {"days_left", (entry.until - context.now()) / kDay}});
  }
  return out;
}

void add_warning(const Status& rule, Json& warnings) {
  if (rule.ok()) return;
  warnings.push_back({{"subject", rule.error().subject}, {"cause", rule.error().cause}});
}

Result<Json> status_warnings(const SignerContext& context) {
  // Whatever is wrong with the keyring, `status` says it rather than nothing.
  const Result<Json> keys = key_warnings(context);
  Json warnings = keys.ok() ? *keys : Json::array();
  if (!keys.ok()) add_warning(keys.error(), warnings);
  HALLMARK_TRY(ClockCase clock, clock_case(context));
  add_warning(clock_is_not_behind(clock), warnings);
  add_warning(clock_did_not_jump(clock), warnings);
  return warnings;
}

}  // namespace

Result<Response> status_answer(const SignerContext& context) {
  HALLMARK_TRY(const std::optional<InstalledPolicy> policy, context.state.policy());
  HALLMARK_TRY(const LogHead head, context.state.log_head());
  HALLMARK_TRY(const std::optional<SignedCheckpoint> last, context.state.last_checkpoint());
  HALLMARK_TRY(const int64_t artefacts, context.state.count_artefacts());
  HALLMARK_TRY(Json lowered, lowered_evidence(context));
  HALLMARK_TRY(Json rolling_out, rollouts_under_way(context.state));
  Json suites = Json::array();
  if (policy) {
    for (const SuitePolicy& suite : policy->policy.suites) {
      HALLMARK_TRY(Json status, suite_status(context, suite));
      suites.push_back(std::move(status));
    }
  }
  HALLMARK_TRY(Json clock, clock_status(context));
  HALLMARK_TRY(Json warnings, status_warnings(context));
  HALLMARK_TRY(Json siblings, siblings_status(context));
  return Response{Json{{"terminal", context.origin.terminal},
                       {"group", context.terminal_group},
                       {"demo", context.origin.demo},
                       {"policy", policy ? Json(policy->sha256.hex()) : Json()},
                       {"artefacts", artefacts},
                       {"suites", std::move(suites)},
                       {"lowered_evidence", std::move(lowered)},
                       {"rollouts", std::move(rolling_out)},
                       {"clock", std::move(clock)},
                       {"warnings", std::move(warnings)},
                       {"siblings", std::move(siblings)},
                       {"confinement", {{"landlock", context.confinement.landlock}}},
                       {"log",
                        {{"size", head.tree.size()},
                         {"root", head.tree.root().hex()},
                         {"checkpoint", last ? Json(last->tree.size) : Json()}}}},
                  {}};
}

Result<Response> public_keys_answer(const SignerContext& context) {
  HALLMARK_TRY(const std::optional<InstalledPolicy> policy, context.state.policy());
  Json openpgp = Json::array();
  Json apk = Json::array();
  if (policy) {
    HALLMARK_TRY(const std::string keys,
                 context.keyring.export_keys(openpgp_fingerprints(policy->policy)));
    openpgp.push_back(keys);
    for (const ApkKeyPolicy& key : policy->policy.apk_keys) {
      HALLMARK_TRY(const std::optional<std::string> der, context.state.certificate(key.name));
      if (!der) continue;
      apk.push_back(
          {{"name", key.name}, {"certificate_der_base64", base64_encode(as_bytes(*der))}});
    }
  }
  return Response{Json{{"openpgp", std::move(openpgp)}, {"apk", std::move(apk)}}, {}};
}

}  // namespace hallmark
