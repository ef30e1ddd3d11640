#include "verify/apk/report.hpp"

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

Json to_json(const ApkReport& report) {
  Json signers = Json::array();
  for (const ApkSignerFacts& signer : report.signers) {
    signers.push_back({{"scheme", signer.scheme},
                       {"certificate_sha256", signer.certificate_sha256},
                       {"subject", signer.subject},
                       {"key", signer.key}});
  }
  return {{"file", report.file},
          {"verified", report.verified},
          {"schemes", report.schemes},
          {"signers", signers},
          {"errors", findings_to_json(report.errors)},
          {"warnings", findings_to_json(report.warnings)}};
}

}  // namespace hallmark
