#include "verify/provenance.hpp"

#include <algorithm>

#include "core/bytes.hpp"
#include "verify/attestation.hpp"
#include "verify/ssh_signature.hpp"
#include "verify/ssh_wire.hpp"

namespace hallmark {
namespace {

// Names, not addresses: nothing is served there.
constexpr const char* kBuildType = "urn:hallmark:build:v1";
constexpr const char* kBuilder = "urn:hallmark:builder:v1";
constexpr const char* kRebuilders = "urn:hallmark:rebuilders:v1";

Json digest_of(const Sha256Digest& digest) { return Json{{"sha256", digest.hex()}}; }

Json described(std::vector<ListedChecksum> files) {
  std::sort(files.begin(), files.end(),
            [](const ListedChecksum& a, const ListedChecksum& b) { return a.name < b.name; });
  Json out = Json::array();
  for (const ListedChecksum& file : files) {
    out.push_back({{"name", file.name}, {"digest", digest_of(file.sha256)}});
  }
  return out;
}

Json definition_of(const Provenance& provenance) {
  const Json lock = {{"name", "lock"}, {"digest", digest_of(provenance.lock)}};
  return Json{{"buildType", kBuildType},
              {"externalParameters",
               {{"product", provenance.product},
                {"version", provenance.version},
                {"lock_sha256", provenance.lock.hex()},
                {"target", to_json(provenance.target)}}},
              {"internalParameters", {{"evidence", evidence_name(provenance.evidence)}}},
              {"resolvedDependencies", Json::array({lock})}};
}

Json run_details(const Provenance& provenance) {
  Json details = {{"builder", {{"id", provenance.built_by_us ? kBuilder : kRebuilders}}},
                  {"metadata", {{"invocationId", provenance.record.hex()}}}};
  if (!provenance.unsigned_files.empty()) {
    details["byproducts"] = described(provenance.unsigned_files);
  }
  return details;
}

}  // namespace

std::string provenance_statement(const Provenance& provenance) {
  const Json statement = {
      {"_type", "https://in-toto.io/Statement/v1"},
      {"subject", described(provenance.files)},
      {"predicateType", "https://slsa.dev/provenance/v1"},
      {"predicate",
       {{"buildDefinition", definition_of(provenance)}, {"runDetails", run_details(provenance)}}}};
  return statement.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<std::string> provenance_envelope(std::string_view statement, const SshPublicKey& key,
                                        std::string_view untrusted_blob) {
  HALLMARK_CHECK(verify_ssh_signature(key, untrusted_blob, pre_authentication(statement)));
  // The signature itself, out of the blob that names its algorithm.
  SshCursor cursor(untrusted_blob);
  static_cast<void>(cursor.take_string());
  const auto raw = cursor.take_string();
  if (!raw) return verification_error("SSH signature", "is malformed");
  const Json signature = {{"keyid", key.fingerprint()}, {"sig", base64_encode(as_bytes(*raw))}};
  const Json envelope = {{"payloadType", "application/vnd.in-toto+json"},
                         {"payload", base64_encode(as_bytes(statement))},
                         {"signatures", Json::array({signature})}};
  return envelope.dump() + "\n";
}

std::string provenance_path(const std::string& product, const std::string& version,
                            const std::string& terminal) {
  return checksums_folder(product, version) + terminal + ".intoto.jsonl";
}

}  // namespace hallmark
