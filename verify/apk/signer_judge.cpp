#include "verify/apk/signer_judge.hpp"

#include <algorithm>

namespace hallmark {
namespace {

std::string range_text(const SdkRange& sdk) {
  return std::to_string(sdk.min) + " to " + std::to_string(sdk.max);
}

}  // namespace

Result<JudgedSigner> SignerJudge::judge() {
  HALLMARK_CHECK(check_signatures());
  HALLMARK_TRY(const SchemeSignedData data,
               parse_signed_data(context_.scheme, signer_.signed_data));
  HALLMARK_CHECK(check_certificates(data));
  HALLMARK_CHECK(check_lists_in_step(data));
  if (context_.scheme != SignatureScheme::kV2) HALLMARK_CHECK(check_sdk_range(data));
  HALLMARK_CHECK(check_attributes(data));
  out_.facts.scheme = scheme_name(context_.scheme);
  return std::move(out_);
}

// All signatures of supported algorithms must be good, not just the one that a device would pick.
Status SignerJudge::check_signatures() {
  if (signer_.signatures.empty()) return refuse("NO_SIGNATURES", "the signer has no signatures");
  Result<PublicKey> key = PublicKey::parse(signer_.public_key);
  if (!key.ok()) return refuse("MALFORMED_PUBLIC_KEY", key.error().message());
  const uint32_t oldest = context_.scheme == SignatureScheme::kV2
                              ? std::max(context_.devices.min, kFirstSdkWithV2)
                              : signer_.sdk.min;
  bool oldest_has_one = false;
  for (const AlgorithmBytes& signature : signer_.signatures) {
    const SignatureAlgorithm* algorithm = find_signature_algorithm(signature.algorithm);
    if (algorithm == nullptr) {
      warn("UNKNOWN_SIG_ALGORITHM",
           "signature algorithm " + hex_number(signature.algorithm) + " is not judged");
      continue;
    }
    if (key->kind() != algorithm->key) {
      return refuse("MALFORMED_PUBLIC_KEY",
                    std::string("the public key is not of the kind that signs ") + algorithm->name);
    }
    if (!key->verify(*algorithm, signer_.signed_data, signature.bytes)) {
      return refuse("DID_NOT_VERIFY", std::string("the signature (") + algorithm->name +
                                          ") over the signed data is not good");
    }
    oldest_has_one = oldest_has_one || algorithm->min_sdk <= std::max(oldest, kFirstSdkWithV2);
  }
  if (!oldest_has_one) {
    return refuse("NO_SUPPORTED_SIGNATURES",
                  "no signature is of an algorithm that devices with SDK " +
                      std::to_string(oldest) + " support");
  }
  out_.facts.key = key->description();
  return ok_status();
}

Status SignerJudge::check_certificates(const SchemeSignedData& data) {
  if (data.certificates.empty()) return refuse("NO_CERTIFICATES", "the signer has no certificate");
  for (std::size_t i = 0; i < data.certificates.size(); ++i) {
    Result<Certificate> certificate = parse_certificate(data.certificates[i]);
    if (!certificate.ok()) {
      return refuse("MALFORMED_CERTIFICATE", certificate.error().message());
    }
    if (i > 0) continue;  // the signer's own is the first
    if (!std::equal(certificate->spki.begin(), certificate->spki.end(), signer_.public_key.begin(),
                    signer_.public_key.end())) {
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
Status SignerJudge::check_lists_in_step(const SchemeSignedData& data) {
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

Status SignerJudge::check_sdk_range(const SchemeSignedData& data) {
  const auto mismatch = [](const char* code) {
    return verification_error(code, "the SDK range outside the signed data is not the one inside");
  };
  if (data.sdk.min != signer_.sdk.min) {
    return mismatch("V3_MIN_SDK_VERSION_MISMATCH_BETWEEN_SIGNER_AND_SIGNED_DATA_RECORD");
  }
  if (data.sdk.max != signer_.sdk.max) {
    return mismatch("V3_MAX_SDK_VERSION_MISMATCH_BETWEEN_SIGNER_AND_SIGNED_DATA_RECORD");
  }
  if (data.sdk.min > data.sdk.max || data.sdk.max > kNoMaximumSdk) {
    return refuse("INVALID_SDK_VERSIONS", "the signer's SDK range is " + range_text(data.sdk));
  }
  if (context_.scheme == SignatureScheme::kV31 && data.sdk.min < kFirstSdkWithV31) {
    return refuse("INVALID_SDK_VERSIONS", "the v3.1 signer's SDK range is " + range_text(data.sdk) +
                                              ", and devices below 33 do not know v3.1");
  }
  out_.sdk = data.sdk;
  return ok_status();
}

}  // namespace hallmark
