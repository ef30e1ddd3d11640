#include "verify/apk/idsig_verify.hpp"
#include "verify/apk/verification.hpp"

namespace hallmark {
namespace {

Result<IdsigSigner> only_signer(const std::vector<JudgedSigner>& signers) {
  if (signers.size() == 1) return IdsigSigner{signers[0].certificate, signers[0].best_digest()};
  return verification_error(
      "V4_SIG_MULTIPLE_SIGNERS",
      "v4 needs one v2 or v3 signer, and there are " + std::to_string(signers.size()));
}

}  // namespace

Status judge_v4(int untrusted_idsig_fd, const Verification& apk, ApkReport& report) {
  HALLMARK_TRY(const FileBytes idsig, FileBytes::open(untrusted_idsig_fd));
  IdsigExpectation expected;
  HALLMARK_TRY(expected.signer, only_signer(apk.v3.empty() ? apk.v2 : apk.v3));
  if (!apk.v31.empty()) {
    HALLMARK_TRY(expected.v31_signer, only_signer(apk.v31));
  }
  expected.v31_not_judged = apk.v31.empty() && apk.block.find(kV31BlockId).has_value();
  expected.known_blocks = apk.known_blocks;
  HALLMARK_TRY(const std::vector<ApkSignerFacts> signers,
               verify_idsig(idsig, apk.file, expected, report.warnings));
  report.schemes.emplace_back("v4");
  report.signers.insert(report.signers.end(), signers.begin(), signers.end());
  return ok_status();
}

}  // namespace hallmark
