// policy.json: suites, keys, approvers and thresholds. The signer works from the copy it installed
// at the ceremony, never from the file. Schema: docs/schema/policy.schema.json.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "core/model/apk_key.hpp"
#include "core/model/client_policy.hpp"
#include "core/model/evidence_level.hpp"
#include "core/model/expiry.hpp"
#include "core/model/fdroid_policy.hpp"
#include "core/model/rebuilder.hpp"
#include "core/model/threshold.hpp"
#include "core/result.hpp"

namespace hallmark {

struct SuitePolicy {
  std::string name;
  std::string codename;
  std::vector<std::string> components;
  std::vector<std::string> architectures;  // without "all", which goes to each of them
  int64_t valid_days = 30;                 // Valid-Until = Date + this
  std::vector<std::string> keys;           // OpenPGP v4 fingerprints, 40 upper-case hex digits
  ExpiryPolicy expiry;                     // the policy's, where the suite has none of its own
  bool contents = false;                   // which package has which file is published too
  uint64_t keep_versions = 0;              // newest versions of each package; 0: all
  // Fields of Release, which has none of them where they are empty or false.
  std::string version;
  bool not_automatic = false;           // nothing is installed from it unless somebody asks for it
  bool but_automatic_upgrades = false;  // but what was asked for is kept up to date from it
  std::string changelogs;               // for `apt changelog`: "no", or a URI with @CHANGEPATH@
};

// One person. Two keys of one person are one vote.
struct Approver {
  std::string name;
  std::vector<std::string> keys;  // OpenSSH public key lines
};

// The Ed25519 key that signs one terminal's release log.
struct LogKeyPolicy {
  std::string terminal;
  std::string key;  // OpenSSH public key line
};

// Which part of an OpenPGP key signs on a terminal, in place of its primary key: that subkey and no
// other.
struct SigningSubkey {
  std::string terminal;
  std::string key;     // its primary key's fingerprint, as suites name it
  std::string subkey;  // the fingerprint of a part of it
};

struct Policy {
  std::string origin;
  std::string label;
  bool demo = false;
  std::vector<SuitePolicy> suites;
  std::vector<Approver> approvers;
  uint64_t threshold = 2;             // distinct people
  std::vector<Threshold> thresholds;  // in place of `threshold`, for what they name
  // For how long after it was accepted one person may withdraw a release.
  int64_t withdraw_days = 7;
  // How far the signer's clock may be ahead of the newest time that it has acted at.
  int64_t clock_jump_days = 45;
  // How long ago a terminal may last have seen the release log of each other one.
  int64_t sibling_days = 7;
  // Of what belongs to no suite, and of suites that have none of their own.
  ExpiryPolicy expiry;
  Evidence evidence = Evidence::kReproduced;
  std::vector<EvidenceLevel> evidence_levels;  // in place of `evidence`, for what they name
  std::vector<Rebuilder> rebuilders;
  uint64_t rebuilders_needed = 0;  // distinct ones, for evidence "rebuilt"; 0: there are none
  // For how long an approval may let evidence be lower.
  int64_t lower_evidence_days = 90;
  std::vector<ApkKeyPolicy> apk_keys;
  std::vector<LogKeyPolicy> log_keys;
  std::vector<SigningSubkey> signing_subkeys;
  // Those of the keys above that were elsewhere before they came here: OpenPGP fingerprints,
  // SHA-256 of certificates. Whoever had them then may have them still.
  std::vector<std::string> exposed_keys;
  std::optional<ClientPolicy> clients;  // without: users get no files of apt's, and no page
  std::optional<FdroidPolicy> fdroid;   // without: APKs are served, and no index of them

  const SuitePolicy* suite(std::string_view name) const;
  const ApkKeyPolicy* apk_key(std::string_view name) const;
  // For what is this product, suite and component.
  uint64_t people_needed(std::string_view product, std::string_view suite,
                         std::string_view component) const;
  // As many as anything needs: who may change a threshold has reached the highest.
  uint64_t most_people_needed() const;
  Evidence evidence_needed(std::string_view product, std::string_view suite,
                           std::string_view component) const;
  const LogKeyPolicy* log_key(std::string_view terminal) const;
  // null: none is named for this terminal and key.
  const SigningSubkey* signing_subkey(std::string_view terminal, std::string_view key) const;
  // What a terminal's log is called, everywhere: "ORIGIN/log/TERMINAL", where ORIGIN is the
  // policy's in lower case, with '-' for all but letters, digits and dots.
  std::string log_name(const std::string& terminal) const;
};

Result<Policy> parse_policy(std::string_view text, const std::string& subject);
Json to_json(const Policy& policy);

}  // namespace hallmark
