// An APK inspection as JSON.
#include "verify/apk/inspect.hpp"

namespace hallmark {
namespace {

Json optional_number(const std::optional<uint32_t>& number) {
  return number ? Json(*number) : Json();
}

Json manifest_json(const ApkManifest& manifest) {
  Json permissions = Json::array();
  for (const ApkPermission& permission : manifest.permissions) {
    Json item = {{"name", permission.name}};
    if (permission.max_sdk) item["max_sdk"] = *permission.max_sdk;
    if (permission.from_sdk_23) item["min_sdk"] = 23;
    permissions.push_back(std::move(item));
  }
  return Json{{"package", manifest.package},
              {"version_code", manifest.version_code},
              {"version_name", manifest.version_name},
              {"min_sdk", manifest.min_sdk},
              {"target_sdk", manifest.target_sdk},
              {"target_sandbox_version", manifest.target_sandbox_version},
              {"debuggable", manifest.debuggable},
              {"test_only", manifest.test_only},
              {"multi_arch", manifest.multi_arch},
              {"extract_native_libs",
               manifest.extract_native_libs ? Json(*manifest.extract_native_libs) : Json()},
              {"split", manifest.split},
              {"feature_split", manifest.feature_split},
              {"config_for_split", manifest.config_for_split},
              {"uses_splits", manifest.uses_splits},
              {"permissions", permissions}};
}

Json certificate_json(const ClaimedCertificate& certificate) {
  return Json{{"certificate_sha256", certificate.sha256},
              {"subject", certificate.subject},
              {"key", certificate.key}};
}

Json signer_json(const ClaimedSigner& signer) {
  Json json = certificate_json(signer.certificate);
  json["scheme"] = signer.scheme;
  if (signer.min_sdk) json["min_sdk"] = *signer.min_sdk;
  if (signer.max_sdk) json["max_sdk"] = *signer.max_sdk;
  if (signer.lineage.empty()) return json;
  Json lineage = Json::array();
  for (const ClaimedCertificate& node : signer.lineage) {
    Json item = certificate_json(node);
    item["capabilities"] = node.capabilities;
    lineage.push_back(std::move(item));
  }
  json["lineage"] = lineage;
  return json;
}

Json block_json(const SigningBlockFacts& block) {
  Json pairs = Json::array();
  for (const SigningBlockFacts::Pair& pair : block.pairs) {
    pairs.push_back({{"id", hex_number(pair.id)}, {"name", pair.name}, {"size", pair.size}});
  }
  return Json{{"offset", block.offset}, {"size", block.size}, {"pairs", pairs}};
}

Json zip_json(const ZipFacts& zip) {
  return Json{{"size", zip.size},
              {"entries", zip.entries},
              {"stored", zip.stored},
              {"deflated", zip.deflated},
              {"stored_alignment", optional_number(zip.stored_alignment)},
              {"native_alignment", optional_number(zip.native_alignment)}};
}

}  // namespace

Json to_json(const ApkInspection& inspection) {
  Json signers = Json::array();
  for (const ClaimedSigner& signer : inspection.signers) signers.push_back(signer_json(signer));
  Json problems = Json::array();
  for (const ApkFinding& problem : inspection.problems) {
    problems.push_back({{"code", problem.code}, {"message", problem.message}});
  }
  return Json{
      {"file", inspection.file},
      {"kind", inspection.bundle ? "aab" : "apk"},
      {"manifest", inspection.manifest ? manifest_json(*inspection.manifest) : Json()},
      {"modules", inspection.modules},
      {"abis", inspection.abis},
      {"zip", zip_json(inspection.zip)},
      {"signing_block", inspection.block ? block_json(*inspection.block) : Json()},
      {"v1_files", inspection.has_v1},
      {"claimed_signers", signers},
      {"source_stamp_sha256",
       inspection.source_stamp.empty() ? Json() : Json(inspection.source_stamp)},
      {"problems", problems},
  };
}

}  // namespace hallmark
