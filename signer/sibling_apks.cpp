#include "signer/sibling_apks.hpp"

#include <algorithm>

#include "signer/key_chain.hpp"
#include "signer/rules.hpp"
#include "verify/apk/verify.hpp"

namespace hallmark {
namespace {

bool is_of_the_chain(const KeyChain& chain, const ApkSignerFacts& signer) {
  return std::any_of(chain.begin(), chain.end(), [&](const ChainedKey& key) {
    return key.policy.certificate_sha256.hex() == signer.certificate_sha256;
  });
}

Status check_signed_form(const KeyChain& chain, const CandidateArtefact& artefact) {
  ApkVerifyOptions options;
  options.file = artefact.built.name;
  HALLMARK_TRY(const ApkReport report, verify_apk(artefact.copy.get(), options));
  if (!report.verified) {
    return verification_error(
        artefact.built.name,
        "does not verify as the sibling signed it: " +
            (report.errors.empty() ? "no reason given" : report.errors.front().code));
  }
  for (const ApkSignerFacts& signer : report.signers) {
    if (is_of_the_chain(chain, signer)) continue;
    return verification_error(artefact.built.name, "is signed there by the certificate " +
                                                       signer.certificate_sha256 +
                                                       ", and not by its application's key");
  }
  return ok_status();
}

}  // namespace

Result<std::vector<SiblingApk>> siblings_signed_forms(const SignerContext& context,
                                                      const Sha256Digest& unsigned_sha256) {
  HALLMARK_TRY(const InstalledPolicy installed, context.state.policy_in_force());
  HALLMARK_TRY(std::vector<SiblingApk> all, context.state.sibling_apks(unsigned_sha256));
  std::erase_if(all, [&](const SiblingApk& apk) {
    return apk.terminal == context.origin.terminal ||
           installed.policy.log_key(apk.terminal) == nullptr;
  });
  return all;
}

Result<std::optional<SignedApk>> form_to_adopt(const SignerContext& context,
                                               const std::string& terminal,
                                               const Sha256Digest& unsigned_sha256) {
  HALLMARK_TRY(const std::vector<SiblingApk> all, siblings_signed_forms(context, unsigned_sha256));
  if (all.empty()) return std::optional<SignedApk>();
  const auto own = std::find_if(all.begin(), all.end(),
                                [&](const SiblingApk& apk) { return apk.terminal == terminal; });
  return std::optional<SignedApk>((own == all.end() ? all.front() : *own).apk);
}

Status adopted_app_is_signed_by_its_key(BuildCase& subject) {
  if (subject.product.recipe.kind != RecipeKind::kApk) return ok_status();
  for (const CandidateArtefact& artefact : subject.artefacts) {
    if (!artefact.signed_elsewhere) continue;
    HALLMARK_TRY(const KeyChain chain,
                 installed_key_chain(subject.context, subject.product.recipe.key));
    HALLMARK_CHECK(untrusted(check_signed_form(chain, artefact)));
  }
  return ok_status();
}

Result<bool> is_called_back_there(const BuildCase& subject, const CandidateArtefact& artefact) {
  const Adoption* adoption = subject.context.adoption;
  if (adoption == nullptr) return false;
  return subject.context.state.sibling_calls_back(adoption->terminal, adoption->sequence,
                                                  artefact.built.sha256);
}

}  // namespace hallmark
