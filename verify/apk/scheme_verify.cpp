#include "verify/apk/scheme_verify.hpp"

#include <algorithm>

#include "verify/apk/little_endian.hpp"

namespace hallmark {
namespace {

constexpr uint32_t kFirstSdkWithV3 = 28;
constexpr uint32_t kNoMaximumSdk = 0x7fffffff;

// Checks of one signer, in the order in which Android makes them.
class SignerJudge {
 public:
  SignerJudge(const SchemeContext& context, const SchemeSigner& signer,
              std::vector<ApkFinding>& warnings)
      : context_(context), signer_(signer), warnings_(warnings) {}

  Result<JudgedSigner> judge() {
    HALLMARK_CHECK(check_signatures());
    HALLMARK_TRY(const SchemeSignedData data,
                 parse_signed_data(context_.scheme, signer_.signed_data));
    HALLMARK_CHECK(check_certificates(data));
    HALLMARK_CHECK(check_lists_in_step(data));
    if (context_.scheme == SignatureScheme::kV3) HALLMARK_CHECK(check_sdk_range(data));
    HALLMARK_CHECK(check_attributes(data));
    out_.facts.scheme = scheme_name(context_.scheme);
    return std::move(out_);
  }

 private:
  Error refuse(const char* suffix, std::string message) const {
    return verification_error(scheme_code(context_.scheme, suffix), std::move(message));
  }
  void warn(const char* suffix, std::string message) {
    warnings_.push_back({scheme_code(context_.scheme, suffix), std::move(message)});
  }

  // All signatures of supported algorithms must be good, not just the one that a device would pick.
  Status check_signatures() {
    if (signer_.signatures.empty()) return refuse("NO_SIGNATURES", "the signer has no signatures");
    Result<PublicKey> key = PublicKey::parse(signer_.public_key);
    if (!key.ok()) return refuse("MALFORMED_PUBLIC_KEY", key.error().message());
    bool any_supported = false;
    for (const AlgorithmBytes& signature : signer_.signatures) {
      const SignatureAlgorithm* algorithm = find_signature_algorithm(signature.algorithm);
      if (algorithm == nullptr) {
        warn("UNKNOWN_SIG_ALGORITHM",
             "signature algorithm " + hex_number(signature.algorithm) + " is not judged");
        continue;
      }
      if (!key->verify(*algorithm, signer_.signed_data, signature.bytes)) {
        return refuse("DID_NOT_VERIFY", std::string("the signature (") + algorithm->name +
                                            ") over the signed data is not good");
      }
      any_supported = true;
    }
    if (!any_supported) {
      return refuse("NO_SUPPORTED_SIGNATURES", "no signature is of a supported algorithm");
    }
    out_.facts.key = key->description();
    return ok_status();
  }

  Status check_certificates(const SchemeSignedData& data) {
    if (data.certificates.empty())
      return refuse("NO_CERTIFICATES", "the signer has no certificate");
    for (std::size_t i = 0; i < data.certificates.size(); ++i) {
      Result<Certificate> certificate = parse_certificate(data.certificates[i]);
      if (!certificate.ok()) {
        return refuse("MALFORMED_CERTIFICATE", certificate.error().message());
      }
      if (i > 0) continue;  // the signer's own is the first
      if (!std::equal(certificate->spki.begin(), certificate->spki.end(),
                      signer_.public_key.begin(), signer_.public_key.end())) {
        return refuse("PUBLIC_KEY_MISMATCH_BETWEEN_CERTIFICATE_AND_SIGNATURES_RECORD",
                      "the public key that signed is not the certificate's");
      }
      out_.certificate = certificate->sha256;
      out_.facts.certificate_sha256 = certificate->sha256.hex();
      out_.facts.subject = certificate->subject;
    }
    return ok_status();
  }

  // Otherwise a signature of one algorithm could vouch for the digest of another.
  Status check_lists_in_step(const SchemeSignedData& data) {
    const auto same_algorithm = [](const AlgorithmBytes& a, const AlgorithmBytes& b) {
      return a.algorithm == b.algorithm;
    };
    if (!std::equal(data.digests.begin(), data.digests.end(), signer_.signatures.begin(),
                    signer_.signatures.end(), same_algorithm)) {
      return refuse("SIG_ALG_MISMATCH_BETWEEN_SIGNATURES_AND_DIGESTS_RECORDS",
                    "the algorithms of the digests are not those of the signatures");
    }
    for (const AlgorithmBytes& digest : data.digests) {
      const SignatureAlgorithm* algorithm = find_signature_algorithm(digest.algorithm);
      if (algorithm == nullptr) continue;
      out_.claimed_digests.emplace_back(
          algorithm->content, std::vector<uint8_t>(digest.bytes.begin(), digest.bytes.end()));
    }
    return ok_status();
  }

  Status check_sdk_range(const SchemeSignedData& data) {
    const auto mismatch = [](const char* code) {
      return verification_error(code,
                                "the SDK range outside the signed data is not the one inside");
    };
    if (data.sdk.min != signer_.sdk.min) {
      return mismatch("V3_MIN_SDK_VERSION_MISMATCH_BETWEEN_SIGNER_AND_SIGNED_DATA_RECORD");
    }
    if (data.sdk.max != signer_.sdk.max) {
      return mismatch("V3_MAX_SDK_VERSION_MISMATCH_BETWEEN_SIGNER_AND_SIGNED_DATA_RECORD");
    }
    const std::string range = std::to_string(data.sdk.min) + " to " + std::to_string(data.sdk.max);
    if (data.sdk.min > data.sdk.max) {
      return refuse("INVALID_SDK_VERSIONS", "the signer's SDK range is " + range);
    }
    if (data.sdk.min > std::max(context_.min_sdk, kFirstSdkWithV3) ||
        data.sdk.max < kNoMaximumSdk) {
      return verification_error("V3_MISSING_SDK_VERSIONS",
                                "the signer covers SDK " + range + ", not all devices");
    }
    return ok_status();
  }

  Status check_attributes(const SchemeSignedData& data) {
    for (const SchemeAttribute& attribute : data.attributes) {
      if (context_.scheme == SignatureScheme::kV2 && attribute.id == kStripProtectionAttribute) {
        HALLMARK_CHECK(check_strip_protection(attribute));
      } else if (context_.scheme == SignatureScheme::kV3 &&
                 (attribute.id == kLineageAttribute || attribute.id == kRotationMinSdkAttribute)) {
        return refuse("LINEAGE_NOT_SUPPORTED",
                      "the signer's key was rotated, which this verifier does not judge");
      } else {
        warn("UNKNOWN_ADDITIONAL_ATTRIBUTE",
             "attribute " + hex_number(attribute.id) + " is not judged");
      }
    }
    return ok_status();
  }

  Status check_strip_protection(const SchemeAttribute& attribute) {
    LittleEndianReader reader(attribute.value);
    const uint32_t scheme = reader.u32();
    if (!reader.at_end()) {
      return refuse("MALFORMED_ADDITIONAL_ATTRIBUTE", "the strip protection is malformed");
    }
    if (scheme != kV3SchemeId) {
      warn("UNKNOWN_APK_SIG_SCHEME_ID",
           "the signer says that scheme " + std::to_string(scheme) + " is there too");
    } else if (!context_.v3_present) {
      return refuse("MISSING_APK_SIG_REFERENCED",
                    "the v2 signer says that there is a v3 signature, and there is none: stripped");
    }
    return ok_status();
  }

  const SchemeContext& context_;
  const SchemeSigner& signer_;
  std::vector<ApkFinding>& warnings_;
  JudgedSigner out_;
};

}  // namespace

Result<std::vector<JudgedSigner>> judge_scheme(const SchemeContext& context,
                                               std::span<const uint8_t> untrusted_value,
                                               std::vector<ApkFinding>& warnings) {
  HALLMARK_TRY(const std::vector<SchemeSigner> signers,
               parse_scheme_signers(context.scheme, untrusted_value));
  if (context.scheme == SignatureScheme::kV3 && signers.size() > 1) {
    return verification_error("V3_SIG_MULTIPLE_SIGNERS",
                              "more than one v3 signer: rotation is not judged here");
  }
  std::vector<JudgedSigner> judged;
  for (const SchemeSigner& signer : signers) {
    HALLMARK_TRY(JudgedSigner one, SignerJudge(context, signer, warnings).judge());
    judged.push_back(std::move(one));
  }
  return judged;
}

Status check_content_digests(SignatureScheme scheme, const std::vector<JudgedSigner>& signers,
                             const ContentDigests& actual) {
  for (const JudgedSigner& signer : signers) {
    for (const auto& [kind, claimed] : signer.claimed_digests) {
      const auto found = actual.find(kind);
      if (found == actual.end() || found->second != claimed) {
        return verification_error(scheme_code(scheme, "APK_DIGEST_DID_NOT_VERIFY"),
                                  "the contents of the APK are not those that were signed");
      }
    }
  }
  return ok_status();
}

}  // namespace hallmark
