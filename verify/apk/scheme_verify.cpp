#include "verify/apk/scheme_verify.hpp"

#include <algorithm>
#include <array>

#include "verify/apk/signer_judge.hpp"

namespace hallmark {

std::vector<uint8_t> JudgedSigner::best_digest() const {
  constexpr std::array kBestFirst = {ContentDigestKind::kChunkedSha512,
                                     ContentDigestKind::kVeritySha256,
                                     ContentDigestKind::kChunkedSha256};
  for (const ContentDigestKind wanted : kBestFirst) {
    for (const auto& [kind, digest] : claimed_digests) {
      if (kind == wanted) return digest;
    }
  }
  return {};
}

Result<std::vector<JudgedSigner>> judge_scheme(const SchemeContext& context,
                                               std::span<const uint8_t> untrusted_value,
                                               std::vector<ApkFinding>& warnings) {
  HALLMARK_TRY(const std::vector<SchemeSigner> signers,
               parse_scheme_signers(context.scheme, untrusted_value));
  std::vector<JudgedSigner> judged;
  for (const SchemeSigner& signer : signers) {
    HALLMARK_TRY(JudgedSigner one, SignerJudge(context, signer, warnings).judge());
    judged.push_back(std::move(one));
  }
  if (context.scheme != SignatureScheme::kV2) {
    std::stable_sort(
        judged.begin(), judged.end(),
        [](const JudgedSigner& a, const JudgedSigner& b) { return a.sdk.max < b.sdk.max; });
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
