#include "signer/key_inventory.hpp"

#include <algorithm>

#include "core/model/approval.hpp"
#include "signer/install_policy.hpp"
#include "signer/signing_part.hpp"
#include "verify/apk/public_key.hpp"
#include "verify/ssh_public_key.hpp"

namespace hallmark {
namespace {

// `id`: what key_use knows it by.
Status add_use(const State& state, const std::string& id, Json& entry) {
  HALLMARK_TRY(const std::optional<KeyUse> use, state.last_key_use(id));
  if (!use) return ok_status();
  entry["last"] = {{"what", use->what}, {"at", format_utc(use->at)}};
  if (use->sequence) entry["last"]["sequence"] = *use->sequence;
  return ok_status();
}

void add_exposure(const Policy& policy, Json& entry) {
  const std::vector<std::string>& exposed = policy.exposed_keys;
  if (std::find(exposed.begin(), exposed.end(), entry["fingerprint"]) != exposed.end()) {
    entry["exposed_before_import"] = true;
  }
}

void add_times(int64_t created, int64_t expires, int64_t now, Json& entry) {
  if (created != 0) entry["created"] = format_utc(created);
  if (expires == 0) return;
  entry["expires"] = format_utc(expires);
  entry["days_left"] = std::max<int64_t>(0, (expires - now) / kDay);
}

std::vector<std::string> suites_of(const Policy& policy, const std::string& fingerprint) {
  std::vector<std::string> out;
  for (const SuitePolicy& suite : policy.suites) {
    if (std::find(suite.keys.begin(), suite.keys.end(), fingerprint) != suite.keys.end()) {
      out.push_back(suite.name);
    }
  }
  return out;
}

Json describe_part(const OpenPgpSubkey& part, int64_t now) {
  Json out = {{"fingerprint", part.fingerprint},
              {"keygrip", part.keygrip},
              {"algorithm", part.algorithm},
              {"signs", part.can_sign},
              {"revoked", part.revoked}};
  add_times(part.created, part.expires, now, out);
  return out;
}

// When the part that signs here (where that is not clear: the last that may) will be over, or the
// primary key; 0: never.
int64_t end_of(const OpenPgpKey& key, const Result<OpenPgpSubkey>& signer) {
  int64_t end = 0;
  bool unlimited = false;
  for (const OpenPgpSubkey& part : key.keys) {
    if (!part.can_sign || part.revoked) continue;
    if (signer.ok() && signer->fingerprint != part.fingerprint) continue;
    unlimited = unlimited || part.expires == 0;
    end = std::max(end, part.expires);
  }
  const int64_t primary = key.keys.front().expires;
  if (unlimited) return primary;
  return primary == 0 ? end : std::min(end, primary);
}

Result<Json> openpgp_entries(const SignerContext& context, const Policy& policy) {
  HALLMARK_TRY(const std::vector<OpenPgpKey> keys,
               context.keyring.describe_keys(openpgp_fingerprints(policy)));
  Json out = Json::array();
  for (const OpenPgpKey& key : keys) {
    Json entry = {{"use", "suite"},
                  {"for", suites_of(policy, key.fingerprint())},
                  {"fingerprint", key.fingerprint()},
                  {"algorithm", key.keys.front().algorithm},
                  {"keygrip", key.keys.front().keygrip},
                  {"revoked", key.keys.front().revoked},
                  {"parts", Json::array()}};
    const Result<OpenPgpSubkey> signer = part_that_signs(context, policy, key);
    for (const OpenPgpSubkey& part : key.keys) {
      Json described = describe_part(part, context.now());
      described["signs_here"] = signer.ok() && signer->fingerprint == part.fingerprint;
      HALLMARK_CHECK(add_use(context.state, part.fingerprint, described));
      entry["parts"].push_back(std::move(described));
    }
    add_times(key.keys.front().created, end_of(key, signer), context.now(), entry);
    add_exposure(policy, entry);
    HALLMARK_CHECK(add_use(context.state, key.fingerprint(), entry));
    out.push_back(std::move(entry));
  }
  return out;
}

Result<Json> apk_entry(const SignerContext& context, const ApkKeyPolicy& key) {
  const std::string hex = key.certificate_sha256.hex();
  Json entry = {{"use", "application"},
                {"name", key.name},
                {"for", key.packages},
                {"fingerprint", hex},
                {"keygrip", key.keygrip}};
  if (key.rotates) entry["rotates"] = key.rotates->key;
  HALLMARK_TRY(const std::optional<std::string> der, context.state.certificate(key.name));
  if (der) {
    HALLMARK_TRY(const Certificate certificate, parse_certificate(as_bytes(*der)));
    HALLMARK_TRY(const PublicKey parsed, PublicKey::parse(certificate.spki));
    entry["algorithm"] = parsed.description();
    entry["certificate"] = certificate.subject;
    add_times(certificate.not_before, certificate.not_after, context.now(), entry);
  }
  HALLMARK_CHECK(add_use(context.state, hex, entry));
  return entry;
}

Result<Json> log_entry(const SignerContext& context, const LogKeyPolicy& log) {
  HALLMARK_TRY(const SshPublicKey key, SshPublicKey::parse(log.key));
  Json entry = {{"use", "log"},
                {"for", {log.terminal}},
                {"fingerprint", key.fingerprint()},
                {"algorithm", "ed25519"}};
  HALLMARK_CHECK(add_use(context.state, key.fingerprint(), entry));
  return entry;
}

std::string name_of(const Json& entry) {
  if (entry["use"] == "application") return "APK key " + entry["name"].get<std::string>();
  return "OpenPGP key " + entry["fingerprint"].get<std::string>();
}

// Each key of a lineage but the newest has signed the certificate of the next.
std::vector<std::string> signers_of(const Json& event) {
  if (!event.contains("keys")) return {};
  auto keys = event["keys"].get<std::vector<std::string>>();
  if (event["kind"] == "lineage") keys.pop_back();
  return keys;
}

}  // namespace

Result<Json> key_inventory(const SignerContext& context) {
  HALLMARK_TRY(const std::optional<InstalledPolicy> installed, context.state.policy());
  Json out = Json::array();
  if (!installed) return out;
  const Policy& policy = installed->policy;
  HALLMARK_TRY(out, openpgp_entries(context, policy));
  for (const ApkKeyPolicy& key : policy.apk_keys) {
    HALLMARK_TRY(Json entry, apk_entry(context, key));
    add_exposure(policy, entry);
    out.push_back(std::move(entry));
  }
  const LogKeyPolicy* log = policy.log_key(context.origin.terminal);
  if (log == nullptr) return out;
  HALLMARK_TRY(Json entry, log_entry(context, *log));
  out.push_back(std::move(entry));
  return out;
}

Result<Json> key_warnings(const SignerContext& context) {
  HALLMARK_TRY(const Json keys, key_inventory(context));
  Json out = Json::array();
  for (const Json& key : keys) {
    if (key.value("revoked", false)) {
      out.push_back({{"subject", name_of(key)}, {"cause", "is revoked"}});
      continue;
    }
    if (!key.contains("expires") || key["days_left"] >= kKeyWarningDays) continue;
    out.push_back(
        {{"subject", name_of(key)},
         {"cause", "expires at " + key["expires"].get<std::string>() + ", " +
                       std::to_string(key["days_left"].get<int64_t>()) + " day(s) from now"}});
  }
  return out;
}

Result<Response> keys_answer(const SignerContext& context) {
  HALLMARK_TRY(Json keys, key_inventory(context));
  return Response{Json{{"keys", std::move(keys)}}, {}};
}

Status note_key_uses(const SignerContext& context, const std::vector<Json>& events,
                     uint64_t first) {
  for (const Json& event : events) {
    const KeyUse use{event.value("name", std::string()), context.now(), first++};
    for (const std::string& key : signers_of(event)) {
      HALLMARK_CHECK(context.state.set_key_use(key, use));
    }
  }
  return ok_status();
}

}  // namespace hallmark
