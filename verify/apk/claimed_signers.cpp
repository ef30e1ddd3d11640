#include "verify/apk/claimed_signers.hpp"

#include <array>

#include "verify/apk/jar_files.hpp"
#include "verify/apk/lineage.hpp"
#include "verify/apk/pkcs7.hpp"
#include "verify/apk/public_key.hpp"
#include "verify/apk/scheme_block.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxJarSigners = 10;

struct Block {
  uint32_t id;
  SignatureScheme form;  // v3.1 has v3's
  const char* name;
};

constexpr std::array<Block, 3> kBlocks = {{{kV2BlockId, SignatureScheme::kV2, "v2"},
                                           {kV3BlockId, SignatureScheme::kV3, "v3"},
                                           {kV31BlockId, SignatureScheme::kV3, "v3.1"}}};

Result<ClaimedCertificate> claimed_certificate(std::span<const uint8_t> untrusted_der) {
  HALLMARK_TRY(const Certificate certificate, parse_certificate(untrusted_der));
  const auto key = PublicKey::parse(certificate.spki);
  return ClaimedCertificate{
      certificate.sha256.hex(), certificate.subject, key.ok() ? key->description() : "", {}};
}

Result<std::vector<ClaimedCertificate>> claimed_lineage(std::span<const uint8_t> untrusted) {
  HALLMARK_TRY(const Lineage lineage, parse_lineage(untrusted));
  std::vector<ClaimedCertificate> out;
  for (const LineageNode& node : lineage.nodes) {
    HALLMARK_TRY(ClaimedCertificate certificate, claimed_certificate(node.certificate));
    certificate.capabilities = lineage_capability_names(node.capabilities);
    out.push_back(std::move(certificate));
  }
  return out;
}

Result<ClaimedSigner> claimed_signer(const Block& block, const SchemeSigner& untrusted_signer) {
  HALLMARK_TRY(const SchemeSignedData data,
               parse_signed_data(block.form, untrusted_signer.signed_data));
  if (data.certificates.empty()) {
    return verification_error(scheme_code(block.form, "NO_CERTIFICATES"),
                              std::string("a ") + block.name + " signer has no certificate");
  }
  ClaimedSigner signer;
  signer.scheme = block.name;
  HALLMARK_TRY(signer.certificate, claimed_certificate(data.certificates.front()));
  if (block.form != SignatureScheme::kV2) {
    signer.min_sdk = data.sdk.min;
    signer.max_sdk = data.sdk.max;
  }
  for (const SchemeAttribute& attribute : data.attributes) {
    if (attribute.id != kLineageAttribute) continue;
    HALLMARK_TRY(signer.lineage, claimed_lineage(attribute.value));
  }
  return signer;
}

Result<ClaimedSigner> claimed_jar_signer(const FileBytes& untrusted_file, const ZipEntry& block) {
  HALLMARK_TRY(const std::vector<uint8_t> bytes,
               read_zip_entry(untrusted_file, block, kMaxPkcs7Block));
  HALLMARK_TRY(const Pkcs7Block parsed, parse_pkcs7_block(bytes));
  if (parsed.signer_certificate.empty()) {
    return verification_error("JAR_SIG_NO_SIGNERS", "a v1 block has not its signer's certificate");
  }
  ClaimedSigner signer;
  signer.scheme = "v1";
  HALLMARK_TRY(signer.certificate, claimed_certificate(parsed.signer_certificate));
  return signer;
}

Status add_signers(const Block& block, std::span<const uint8_t> untrusted_value,
                   ApkInspection& out) {
  HALLMARK_TRY(const auto signers, parse_scheme_signers(block.form, untrusted_value));
  for (const SchemeSigner& signer : signers) {
    HALLMARK_TRY(ClaimedSigner claimed, claimed_signer(block, signer));
    out.signers.push_back(std::move(claimed));
  }
  return ok_status();
}

}  // namespace

Status add_claimed_jar_signers(const FileBytes& untrusted_file, const ZipArchive& archive,
                               ApkInspection& out) {
  const JarFiles files = find_jar_files(archive, out.problems);
  for (const JarSignerFiles& signer : files.signers) {
    if (out.signers.size() == kMaxJarSigners) {
      out.problems.push_back({"JAR_SIG_MAX_SIGNATURES_EXCEEDED", "there are more than 10 signers"});
      break;
    }
    auto claimed = claimed_jar_signer(untrusted_file, *signer.block);
    if (claimed.ok()) {
      out.signers.push_back(std::move(*claimed));
    } else if (claimed.error().kind == ErrorKind::kVerification) {
      out.problems.push_back({claimed.error().subject, "v1: " + claimed.error().cause});
    } else {
      return claimed.error();
    }
  }
  return ok_status();
}

void add_claimed_signers(const SigningBlock& untrusted_block, ApkInspection& out) {
  for (const Block& block : kBlocks) {
    const auto value = untrusted_block.find(block.id);
    if (!value) continue;
    const Status added = add_signers(block, *value, out);
    if (!added.ok()) {
      out.problems.push_back(
          {added.error().subject, std::string(block.name) + ": " + added.error().cause});
    }
  }
}

}  // namespace hallmark
