#include "verify/apk/report.hpp"

#include <array>

#include "core/bytes.hpp"

namespace hallmark {
namespace {

Json findings_to_json(const std::vector<ApkFinding>& findings) {
  Json out = Json::array();
  for (const ApkFinding& finding : findings) {
    out.push_back({{"code", finding.code}, {"message", finding.message}});
  }
  return out;
}

}  // namespace

std::string hex_number(uint32_t number) {
  std::array<uint8_t, 4> big_endian{};
  for (std::size_t i = 0; i < 4; ++i) big_endian[i] = static_cast<uint8_t>(number >> (24 - 8 * i));
  return "0x" + hex_encode(big_endian);
}

Json to_json(const ApkReport& report) {
  Json signers = Json::array();
  for (const ApkSignerFacts& signer : report.signers) {
    signers.push_back({{"scheme", signer.scheme},
                       {"certificate_sha256", signer.certificate_sha256},
                       {"subject", signer.subject},
                       {"key", signer.key}});
  }
  Json out = {{"file", report.file},
              {"verified", report.verified},
              {"schemes", report.schemes},
              {"signers", signers},
              {"errors", findings_to_json(report.errors)},
              {"warnings", findings_to_json(report.warnings)}};
  for (const ApkLineageFacts& node : report.lineage) {
    out["lineage"].push_back(
        {{"certificate_sha256", node.certificate_sha256}, {"capabilities", node.capabilities}});
  }
  return out;
}

}  // namespace hallmark
