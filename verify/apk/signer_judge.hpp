// Checks of one signer of a v2, v3 or v3.1 block; internal to verify/apk.
#pragma once

#include "verify/apk/scheme_verify.hpp"

namespace hallmark {

// In the order in which Android makes the checks. Errors and warnings as judge_scheme().
class SignerJudge {
 public:
  SignerJudge(const SchemeContext& context, const SchemeSigner& signer,
              std::vector<ApkFinding>& warnings)
      : context_(context), signer_(signer), warnings_(warnings) {}

  Result<JudgedSigner> judge();

 private:
  Error refuse(const char* suffix, std::string message) const {
    return verification_error(scheme_code(context_.scheme, suffix), std::move(message));
  }
  void warn(const char* suffix, std::string message) {
    warnings_.push_back({scheme_code(context_.scheme, suffix), std::move(message)});
  }

  Status check_signatures();
  Status check_certificates(const SchemeSignedData& data);
  Status check_lists_in_step(const SchemeSignedData& data);
  Status check_sdk_range(const SchemeSignedData& data);
  Status check_attributes(const SchemeSignedData& data);
  Status check_attribute(const SchemeAttribute& attribute);
  Status check_strip_protection(const SchemeAttribute& attribute);
  Status check_lineage(const SchemeAttribute& attribute);
  Status check_rotation_min_sdk(const SchemeAttribute& attribute);

  const SchemeContext& context_;
  const SchemeSigner& signer_;
  std::vector<ApkFinding>& warnings_;
  bool has_rotation_min_sdk_ = false;
  JudgedSigner out_;
};

}  // namespace hallmark
