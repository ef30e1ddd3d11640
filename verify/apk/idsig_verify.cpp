#include "verify/apk/idsig_verify.hpp"

#include <algorithm>
#include <array>

#include "verify/apk/idsig.hpp"
#include "verify/apk/merkle_tree.hpp"
#include "verify/apk/public_key.hpp"

namespace hallmark {
namespace {

Error refuse(const char* code, std::string why) { return verification_error(code, std::move(why)); }

Status check_signature(const IdsigSigningInfo& info, const PublicKey& key,
                       std::span<const uint8_t> signed_data) {
  const SignatureAlgorithm* algorithm = find_signature_algorithm(info.algorithm);
  if (algorithm == nullptr) {
    return refuse("V4_SIG_NO_SUPPORTED_SIGNATURES",
                  "signature algorithm " + hex_number(info.algorithm) + " is not supported");
  }
  if (!key.verify(*algorithm, signed_data, info.signature)) {
    return refuse("V4_SIG_DID_NOT_VERIFY", std::string("the v4 signature (") + algorithm->name +
                                               ") over the hash tree's root is not good");
  }
  return ok_status();
}

// The signature, the key and the certificate of one signing info, and whose it is.
Result<ApkSignerFacts> judge_signing_info(const IdsigSigningInfo& info,
                                          std::span<const uint8_t> signed_data,
                                          const IdsigSigner& expected) {
  Result<PublicKey> key = PublicKey::parse(info.public_key);
  if (!key.ok()) return refuse("V4_SIG_MALFORMED_PUBLIC_KEY", key.error().message());
  HALLMARK_CHECK(check_signature(info, *key, signed_data));
  if (info.certificate.empty()) return refuse("V4_SIG_NO_CERTIFICATE", "there is no certificate");
  Result<Certificate> certificate = parse_certificate(info.certificate);
  if (!certificate.ok()) return refuse("V4_SIG_MALFORMED_CERTIFICATE", certificate.error().cause);
  if (certificate->spki != info.public_key) {
    return refuse("V4_SIG_PUBLIC_KEY_MISMATCH_BETWEEN_CERTIFICATE_AND_SIGNATURES_RECORD",
                  "the public key that signed is not the certificate's");
  }
  if (certificate->sha256 != expected.certificate) {
    return refuse("V4_SIG_V2_V3_SIGNERS_MISMATCH", "the v4 signer is not the APK's own signer");
  }
  if (info.apk_digest != expected.best_digest) {
    return refuse("V4_SIG_V2_V3_DIGESTS_MISMATCH",
                  "the v4 signer's digest of the APK's contents is not the APK's own signer's");
  }
  return ApkSignerFacts{"v4", certificate->sha256.hex(), certificate->subject, key->description()};
}

Status check_number_of_infos(const IdsigHeader& header, const IdsigExpectation& expected) {
  if (expected.v31_signer && !header.v31_signing_info) {
    return refuse("V41_SIG_NEEDS_TWO_SIGNERS", "the v3.1 signer has no v4 signature");
  }
  if (!expected.v31_signer && !expected.v31_not_judged && header.v31_signing_info) {
    return refuse("V4_SIG_MULTIPLE_SIGNERS",
                  "there is a v4 signature for a v3.1 signer, and the APK has none");
  }
  return ok_status();
}

Result<std::vector<ApkSignerFacts>> judge_signers(const IdsigHeader& header, uint64_t apk_size,
                                                  const IdsigExpectation& expected) {
  HALLMARK_CHECK(check_number_of_infos(header, expected));
  const auto judge = [&](const IdsigSigningInfo& info, const IdsigSigner& signer) {
    return judge_signing_info(info, v4_signed_data(apk_size, header.root, {}, info), signer);
  };
  std::vector<ApkSignerFacts> signers;
  HALLMARK_TRY(ApkSignerFacts first, judge(header.signing_info, expected.signer));
  signers.push_back(std::move(first));
  if (expected.v31_signer) {
    HALLMARK_TRY(ApkSignerFacts second, judge(*header.v31_signing_info, *expected.v31_signer));
    signers.push_back(std::move(second));
  }
  return signers;
}

Status check_tree(const FileBytes& untrusted_idsig, const FileBytes& untrusted_apk,
                  const Idsig& idsig, std::span<const uint8_t> known_blocks) {
  const Error wrong_tree =
      refuse("V4_SIG_APK_TREE_DID_NOT_VERIFY", "the hash tree is not that of the APK");
  if (idsig.tree_size != 0 && idsig.tree_size != merkle_tree_size(untrusted_apk.size())) {
    return wrong_tree;
  }
  bool same = true;
  std::array<uint8_t, kMerkleBlockSize> claimed{};
  const MerkleSink compare = {[&](uint64_t offset, std::span<const uint8_t> block) {
    Status read = untrusted_idsig.read_into(idsig.tree_offset + offset, claimed);
    if (read.ok()) same = same && std::equal(block.begin(), block.end(), claimed.begin());
    return read;
  }};
  HALLMARK_TRY(const Sha256Digest root,
               merkle_root({file_source(untrusted_apk, 0, untrusted_apk.size())}, {},
                           idsig.tree_size == 0 ? nullptr : &compare, known_blocks));
  if (root != idsig.header.root) {
    return refuse("V4_SIG_APK_ROOT_DID_NOT_VERIFY", "the hash tree's root is not that of the APK");
  }
  return same ? ok_status() : Status(wrong_tree);
}

}  // namespace

Result<std::vector<ApkSignerFacts>> verify_idsig(const FileBytes& untrusted_idsig,
                                                 const FileBytes& untrusted_apk,
                                                 const IdsigExpectation& expected,
                                                 std::vector<ApkFinding>& warnings) {
  HALLMARK_TRY(const Idsig idsig, parse_idsig(untrusted_idsig));
  HALLMARK_TRY(std::vector<ApkSignerFacts> signers,
               judge_signers(idsig.header, untrusted_apk.size(), expected));
  HALLMARK_CHECK(check_tree(untrusted_idsig, untrusted_apk, idsig, expected.known_blocks));
  if (idsig.tree_size == 0) {
    warnings.push_back({"V4_SIG_NO_TREE", "the .idsig file has no hash tree, only its root"});
  }
  return signers;
}

}  // namespace hallmark
