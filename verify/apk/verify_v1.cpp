#include "verify/apk/jar_signature.hpp"
#include "verify/apk/verification.hpp"

namespace hallmark {

Status judge_v1(Verification& apk, ApkReport& report) {
  const bool has_v1 = has_v1_signature(apk.zip);
  const std::string oldest = "SDK " + std::to_string(apk.devices.min);
  if (apk.v2.empty() && apk.v3.empty()) {
    if (!has_v1) return verification_error("JAR_SIG_NO_SIGNATURES", "the APK is not signed");
    return verification_error("JAR_SIG_ONLY",
                              "the only signature is v1 (JAR), which this verifier does not judge");
  }
  if (has_v1) {
    report.warnings.push_back(
        {"JAR_SIG_NOT_JUDGED", "a v1 (JAR) signature is present, not judged"});
  } else if (apk.devices.min < kFirstSdkWithV2) {
    return verification_error("JAR_SIG_NO_SIGNATURES",
                              "devices from " + oldest + " to 23 need a v1 (JAR) signature");
  }
  if (apk.v2.empty() && apk.devices.min < kFirstSdkWithV3) {
    return verification_error("V2_SIG_MISSING",
                              "devices from " + oldest + " to 27 need a v2 signature");
  }
  return ok_status();
}

}  // namespace hallmark
