#include <algorithm>

#include "verify/apk/jar_verify.hpp"
#include "verify/apk/verification.hpp"

namespace hallmark {
namespace {

// Devices that know v2 look at v1 only if there is nothing newer that they know.
bool is_v1_needed(const Verification& apk) {
  if (apk.devices.min < kFirstSdkWithV2) return true;
  if (!apk.v2.empty()) return false;
  return apk.v3.empty() || apk.devices.min < kFirstSdkWithV3;
}

std::set<uint32_t> schemes_found(const Verification& apk) {
  std::set<uint32_t> found;
  if (!apk.v2.empty()) found.insert(2);
  if (!apk.v3.empty()) found.insert(kV3SchemeId);
  return found;
}

// `code` says what of a v1 signature is missing first.
Error missing(const Verification& apk, const std::string& code) {
  const std::string oldest = std::to_string(apk.devices.min);
  if (apk.v2.empty() && apk.v3.empty()) {
    return verification_error(code, "the APK has no signature that a device from SDK " + oldest +
                                        " to " + std::to_string(apk.devices.max) + " knows");
  }
  if (apk.devices.min < kFirstSdkWithV2) {
    return verification_error(code,
                              "devices from SDK " + oldest + " to 23 need a v1 (JAR) signature");
  }
  return verification_error("V2_SIG_MISSING",
                            "devices from SDK " + oldest + " to 27 need a v2 signature");
}

}  // namespace

Status judge_v1(Verification& apk, ApkReport& report) {
  if (!is_v1_needed(apk)) return ok_status();
  HALLMARK_TRY(JarVerdict verdict, verify_jar(apk.file, apk.zip, apk.devices.min, apk.devices.max,
                                              schemes_found(apk), apk.known));
  if (!verdict.present) return missing(apk, verdict.errors.front().code);
  const auto append = [](auto& to, const auto& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  append(report.warnings, verdict.warnings);
  if (!verdict.errors.empty()) {
    const ApkFinding first = verdict.errors.front();
    report.errors.assign(verdict.errors.begin() + 1, verdict.errors.end());
    return verification_error(first.code, first.message);
  }
  report.schemes.insert(report.schemes.begin(), "v1");
  report.signers.insert(report.signers.begin(), verdict.signers.begin(), verdict.signers.end());
  apk.v1_certificates = std::move(verdict.certificates);
  return ok_status();
}

}  // namespace hallmark
