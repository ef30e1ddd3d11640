#include "core/model/policy.hpp"

#include <algorithm>

#include "core/model/policy_rules.hpp"
#include "core/model/target.hpp"
#include "core/safe_path.hpp"

namespace hallmark {
namespace {

bool is_upper_hex(const std::string& text, std::size_t digits) {
  return text.size() == digits && text.find_first_not_of("0123456789ABCDEF") == std::string::npos;
}

void require_names(ObjectReader& reader, const std::string& key,
                   const std::vector<std::string>& names) {
  if (names.empty()) reader.fail(key, "must not be empty");
  if (!std::all_of(names.begin(), names.end(), [](const auto& n) { return is_plain_name(n); })) {
    reader.fail(key, "must hold plain names");
  }
}

// Lines of Release are made of these: one line each, nothing that could start another field.
std::string read_line(ObjectReader& reader, const std::string& key) {
  std::string line = reader.text(key);
  const bool printable = std::all_of(line.begin(), line.end(), [](char c) {
    return static_cast<unsigned char>(c) >= ' ' && c != '\x7f';
  });
  if (line.empty() || !printable) reader.fail(key, "must be one line of text");
  return line;
}

void read_release_fields(ObjectReader& reader, SuitePolicy& suite) {
  if (reader.has("version")) suite.version = read_line(reader, "version");
  suite.not_automatic = reader.boolean_or("not_automatic", false);
  suite.but_automatic_upgrades = reader.boolean_or("but_automatic_upgrades", false);
  if (suite.but_automatic_upgrades && !suite.not_automatic) {
    reader.fail("but_automatic_upgrades", "says nothing without not_automatic");
  }
  if (!reader.has("changelogs")) return;
  suite.changelogs = read_line(reader, "changelogs");
  if (suite.changelogs != "no" && suite.changelogs.find("@CHANGEPATH@") == std::string::npos) {
    reader.fail("changelogs", "must be \"no\", or a URI with @CHANGEPATH@ in it");
  }
}

constexpr uint64_t kMostKeptVersions = 10'000;

SuitePolicy read_suite(ObjectReader& reader, const ExpiryPolicy& expiry) {
  SuitePolicy suite;
  suite.name = read_plain_name(reader, "name");
  suite.codename = read_plain_name(reader, "codename");
  suite.components = reader.texts("components");
  require_names(reader, "components", suite.components);
  suite.architectures = reader.texts("architectures");
  require_names(reader, "architectures", suite.architectures);
  // Of which indices have a name of their own.
  if (std::count(suite.architectures.begin(), suite.architectures.end(), "source") > 0) {
    reader.fail("architectures", "must not hold source");
  }
  suite.valid_days = reader.integer("valid_days");
  if (suite.valid_days < 1 || suite.valid_days > 3650) {
    reader.fail("valid_days", "must be from 1 to 3650");
  }
  suite.expiry = read_expiry(reader, expiry);
  suite.keys = reader.texts("keys");
  const bool fingerprints = std::all_of(suite.keys.begin(), suite.keys.end(),
                                        [](const auto& key) { return is_upper_hex(key, 40); });
  if (suite.keys.empty() || !fingerprints) {
    reader.fail("keys", "must hold OpenPGP fingerprints of 40 upper-case hexadecimal digits");
  }
  suite.contents = reader.boolean_or("contents", false);
  if (reader.has("keep_versions")) {
    suite.keep_versions = reader.unsigned_integer("keep_versions");
    if (suite.keep_versions < 1 || suite.keep_versions > kMostKeptVersions) {
      reader.fail("keep_versions", "must be from 1 to " + std::to_string(kMostKeptVersions));
    }
  }
  read_release_fields(reader, suite);
  return suite;
}

Approver read_approver(ObjectReader& reader) {
  Approver approver;
  approver.name = read_plain_name(reader, "name");
  approver.keys = reader.texts("keys");
  return approver;
}

LogKeyPolicy read_log_key(ObjectReader& reader) {
  LogKeyPolicy log;
  log.terminal = read_plain_name(reader, "terminal");
  log.key = reader.text("key");
  return log;
}

SigningSubkey read_signing_subkey(ObjectReader& reader) {
  SigningSubkey entry;
  entry.terminal = read_plain_name(reader, "terminal");
  entry.key = reader.text("key");
  entry.subkey = reader.text("subkey");
  if (!is_upper_hex(entry.subkey, 40)) {
    reader.fail("subkey", "must be an OpenPGP fingerprint of 40 upper-case hexadecimal digits");
  }
  return entry;
}

// A number of days, if it is there.
void read_days_of(ObjectReader& reader, const std::string& key, int64_t least, int64_t most,
                  int64_t& days) {
  days = reader.integer_or(key, days);
  if (days >= least && days <= most) return;
  reader.fail(key, "must be from " + std::to_string(least) + " to " + std::to_string(most));
}

void read_days(ObjectReader& reader, Policy& policy) {
  constexpr int64_t kTenYears = 3650;
  read_days_of(reader, "withdraw_days", 0, kTenYears, policy.withdraw_days);
  read_days_of(reader, "clock_jump_days", 1, kTenYears, policy.clock_jump_days);
  read_days_of(reader, "sibling_days", 1, 365, policy.sibling_days);
}

void read_evidence_policy(ObjectReader& reader, Policy& policy) {
  policy.evidence = read_evidence(reader);
  if (reader.has("evidence_levels")) {
    reader.each("evidence_levels",
                [&](ObjectReader& r) { policy.evidence_levels.push_back(read_evidence_level(r)); });
  }
  check_no_place_twice(reader, "evidence_levels", policy.evidence_levels);
  if (reader.has("rebuilders")) {
    reader.each("rebuilders",
                [&](ObjectReader& r) { policy.rebuilders.push_back(read_rebuilder(r)); });
  }
  if (reader.has("rebuilders_needed")) {
    policy.rebuilders_needed = reader.unsigned_integer("rebuilders_needed");
  }
  policy.lower_evidence_days = reader.integer_or("lower_evidence_days", policy.lower_evidence_days);
  if (policy.lower_evidence_days < 0 || policy.lower_evidence_days > 3650) {
    reader.fail("lower_evidence_days", "must be from 0 to 3650");
  }
}

}  // namespace

const SuitePolicy* Policy::suite(std::string_view name) const {
  const auto found = std::find_if(suites.begin(), suites.end(),
                                  [name](const SuitePolicy& suite) { return suite.name == name; });
  return found == suites.end() ? nullptr : &*found;
}

const ApkKeyPolicy* Policy::apk_key(std::string_view name) const {
  const auto found = std::find_if(apk_keys.begin(), apk_keys.end(),
                                  [name](const ApkKeyPolicy& key) { return key.name == name; });
  return found == apk_keys.end() ? nullptr : &*found;
}

uint64_t Policy::people_needed(std::string_view product, std::string_view suite,
                               std::string_view component) const {
  return threshold_for(thresholds, {product, suite, component}).value_or(threshold);
}

uint64_t Policy::most_people_needed() const {
  uint64_t most = threshold;
  for (const Threshold& entry : thresholds) most = std::max(most, entry.people);
  return most;
}

Evidence Policy::evidence_needed(std::string_view product, std::string_view suite,
                                 std::string_view component) const {
  return evidence_for(evidence_levels, {product, suite, component}).value_or(evidence);
}

const LogKeyPolicy* Policy::log_key(std::string_view terminal) const {
  const auto found =
      std::find_if(log_keys.begin(), log_keys.end(),
                   [terminal](const LogKeyPolicy& log) { return log.terminal == terminal; });
  return found == log_keys.end() ? nullptr : &*found;
}

const SigningSubkey* Policy::signing_subkey(std::string_view terminal, std::string_view key) const {
  const auto found = std::find_if(
      signing_subkeys.begin(), signing_subkeys.end(),
      [&](const SigningSubkey& entry) { return entry.terminal == terminal && entry.key == key; });
  return found == signing_subkeys.end() ? nullptr : &*found;
}

std::string Policy::log_name(const std::string& terminal) const {
  std::string name;
  for (const char c : origin) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    const bool kept =
        (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') || lower == '.';
    if (kept) {
      name += lower;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  if (name.ends_with('-')) name.pop_back();
  return (name.empty() ? "hallmark" : name) + "/log/" + terminal;
}

Result<Policy> parse_policy(std::string_view text, const std::string& subject) {
  HALLMARK_TRY(const JsonDocument document, JsonDocument::parse(text, subject));
  Policy policy;
  {
    ObjectReader reader(document);
    reader.expect_format("hallmark-policy-v1");
    policy.origin = read_line(reader, "origin");
    policy.label = read_line(reader, "label");
    policy.demo = reader.boolean_or("demo", false);
    policy.expiry = read_expiry(reader, {});
    reader.each("suites",
                [&](ObjectReader& r) { policy.suites.push_back(read_suite(r, policy.expiry)); });
    reader.each("approvers",
                [&](ObjectReader& r) { policy.approvers.push_back(read_approver(r)); });
    policy.threshold = reader.unsigned_integer("threshold");
    read_days(reader, policy);
    if (reader.has("thresholds")) {
      reader.each("thresholds",
                  [&](ObjectReader& r) { policy.thresholds.push_back(read_threshold(r)); });
    }
    read_evidence_policy(reader, policy);
    reader.each("apk_keys", [&](ObjectReader& r) { policy.apk_keys.push_back(read_apk_key(r)); });
    if (reader.has("log_keys")) {
      reader.each("log_keys", [&](ObjectReader& r) { policy.log_keys.push_back(read_log_key(r)); });
    }
    if (reader.has("signing_subkeys")) {
      reader.each("signing_subkeys", [&](ObjectReader& r) {
        policy.signing_subkeys.push_back(read_signing_subkey(r));
      });
    }
    if (reader.has("exposed_keys")) policy.exposed_keys = reader.texts("exposed_keys");
    if (reader.has("clients")) {
      reader.object("clients", [&](ObjectReader& r) { policy.clients = read_client_policy(r); });
    }
    if (reader.has("fdroid")) {
      reader.object("fdroid", [&](ObjectReader& r) { policy.fdroid = read_fdroid_policy(r); });
    }
    check_policy(reader, policy);
  }
  HALLMARK_CHECK(document.status());
  return policy;
}

namespace {

void add_release_fields(const SuitePolicy& suite, Json& entry) {
  if (!suite.version.empty()) entry["version"] = suite.version;
  if (suite.not_automatic) entry["not_automatic"] = true;
  if (suite.but_automatic_upgrades) entry["but_automatic_upgrades"] = true;
  if (!suite.changelogs.empty()) entry["changelogs"] = suite.changelogs;
}

}  // namespace

Json to_json(const Policy& policy) {
  Json suites = Json::array();
  for (const SuitePolicy& suite : policy.suites) {
    Json entry({{"name", suite.name},
                {"codename", suite.codename},
                {"components", suite.components},
                {"architectures", suite.architectures},
                {"valid_days", suite.valid_days},
                {"expiry", to_json(suite.expiry)},
                {"keys", suite.keys},
                {"contents", suite.contents}});
    if (suite.keep_versions > 0) entry["keep_versions"] = suite.keep_versions;
    add_release_fields(suite, entry);
    suites.push_back(std::move(entry));
  }
  Json approvers = Json::array();
  for (const Approver& approver : policy.approvers) {
    approvers.push_back({{"name", approver.name}, {"keys", approver.keys}});
  }
  Json apk_keys = Json::array();
  for (const ApkKeyPolicy& key : policy.apk_keys) apk_keys.push_back(to_json(key));
  Json thresholds = Json::array();
  for (const Threshold& entry : policy.thresholds) thresholds.push_back(to_json(entry));
  Json evidence_levels = Json::array();
  for (const EvidenceLevel& level : policy.evidence_levels) {
    evidence_levels.push_back(to_json(level));
  }
  Json rebuilders = Json::array();
  for (const Rebuilder& rebuilder : policy.rebuilders) rebuilders.push_back(to_json(rebuilder));
  Json log_keys = Json::array();
  for (const LogKeyPolicy& log : policy.log_keys) {
    log_keys.push_back({{"terminal", log.terminal}, {"key", log.key}});
  }
  Json signing_subkeys = Json::array();
  for (const SigningSubkey& entry : policy.signing_subkeys) {
    signing_subkeys.push_back(
        {{"terminal", entry.terminal}, {"key", entry.key}, {"subkey", entry.subkey}});
  }
  Json out{{"format", "hallmark-policy-v1"},
           {"origin", policy.origin},
           {"label", policy.label},
           {"demo", policy.demo},
           {"suites", suites},
           {"approvers", approvers},
           {"threshold", policy.threshold},
           {"thresholds", thresholds},
           {"withdraw_days", policy.withdraw_days},
           {"clock_jump_days", policy.clock_jump_days},
           {"sibling_days", policy.sibling_days},
           {"expiry", to_json(policy.expiry)},
           {"evidence", evidence_name(policy.evidence)},
           {"evidence_levels", evidence_levels},
           {"rebuilders", rebuilders},
           {"rebuilders_needed", policy.rebuilders_needed},
           {"lower_evidence_days", policy.lower_evidence_days},
           {"apk_keys", apk_keys},
           {"log_keys", log_keys},
           {"signing_subkeys", signing_subkeys},
           {"exposed_keys", policy.exposed_keys}};
  if (policy.clients) out["clients"] = to_json(*policy.clients);
  if (policy.fdroid) out["fdroid"] = to_json(*policy.fdroid);
  return out;
}

}  // namespace hallmark
