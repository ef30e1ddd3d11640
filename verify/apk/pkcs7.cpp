#include "verify/apk/pkcs7.hpp"

#include <algorithm>
#include <string_view>

#include "core/bytes.hpp"
#include "verify/apk/der.hpp"

namespace hallmark {
namespace {

constexpr std::string_view kSignedData =
    "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";  // 1.2.840.113549.1.7.2
constexpr std::string_view kContentType = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03";    // …1.9.3
constexpr std::string_view kMessageDigest = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04";  // …1.9.4

Error malformed(const char* what) { return verification_error("JAR_SIG_PARSE_EXCEPTION", what); }

bool same(std::span<const uint8_t> a, std::span<const uint8_t> b) {
  return as_text(a) == as_text(b);
}

// AlgorithmIdentifier; its parameters say nothing that the algorithms here would need.
Result<std::span<const uint8_t>> read_algorithm(DerReader& reader) {
  DerReader algorithm = reader.inside(kDerSequence);
  const auto id = algorithm.element(kDerObjectId).content;
  if (algorithm.ok() && !algorithm.at_end()) algorithm.any_element();
  if (!algorithm.at_end() || id.empty()) return malformed("an algorithm is malformed");
  return id;
}

// The signer names its own: this list is read for its form alone.
Status read_digest_algorithms(DerReader algorithms) {
  while (!algorithms.at_end()) HALLMARK_CHECK(read_algorithm(algorithms));
  return ok_status();
}

// Returns the type of the content, which is not here but in the .SF.
Result<std::span<const uint8_t>> read_content_info(DerReader content) {
  const auto type = content.element(kDerObjectId).content;
  if (content.next_is(kDerContext0)) content.element(kDerContext0);
  if (!content.at_end() || type.empty()) return malformed("the content's type is malformed");
  return type;
}

Status read_attribute(DerReader& attributes, Pkcs7SignedAttributes& out) {
  DerReader attribute = attributes.inside(kDerSequence);
  const std::string_view type = as_text(attribute.element(kDerObjectId).content);
  DerReader values = attribute.inside(kDerSet);
  if (!attribute.at_end()) return malformed("a signed attribute is malformed");
  std::span<const uint8_t>* target = nullptr;
  if (type == kContentType) target = &out.content_type;
  if (type == kMessageDigest) target = &out.message_digest;
  if (target == nullptr) return ok_status();
  const bool is_type = target == &out.content_type;
  const auto value = values.element(is_type ? kDerObjectId : kDerOctetString).content;
  if (!values.at_end() || !target->empty() || value.empty()) {
    return malformed("a signed attribute is there twice, or has not one value");
  }
  *target = value;
  return ok_status();
}

Result<Pkcs7SignedAttributes> read_attributes(const DerElement& element) {
  Pkcs7SignedAttributes out;
  DerReader attributes(element.content);
  while (!attributes.at_end()) HALLMARK_CHECK(read_attribute(attributes, out));
  if (out.content_type.empty() || out.message_digest.empty()) {
    return malformed("the signed attributes lack content type or message digest");
  }
  out.signed_bytes.assign(element.encoding.begin(), element.encoding.end());
  out.signed_bytes[0] = kDerSet;
  return out;
}

// The certificate of that issuer and serial number.
std::span<const uint8_t> find_certificate(const Pkcs7Block& block, const CertificateNames& wanted) {
  for (const std::span<const uint8_t> certificate : block.certificates) {
    const auto names = certificate_names(certificate);
    if (names && same(names->issuer, wanted.issuer) && same(names->serial, wanted.serial)) {
      return certificate;
    }
  }
  return {};
}

// SignerInfo. One that names its certificate in another way than Android knows finds none.
Status read_signer(DerReader& signers, Pkcs7Block& block) {
  DerReader signer = signers.inside(kDerSequence);
  if (signer.element(kDerInteger).content.empty()) return malformed("the signer has no version");
  if (signer.next_is(kDerSequence)) {
    DerReader id = signer.inside(kDerSequence);
    CertificateNames names;
    names.issuer = id.element(kDerSequence).encoding;
    names.serial = id.element(kDerInteger).content;
    if (!id.at_end()) return malformed("issuer and serial number are malformed");
    block.signer_certificate = find_certificate(block, names);
  } else if (signer.ok() && !signer.at_end()) {
    signer.any_element();
  }
  HALLMARK_TRY(block.digest_algorithm, read_algorithm(signer));
  if (signer.next_is(kDerContext0)) {
    HALLMARK_TRY(block.signed_attributes, read_attributes(signer.element(kDerContext0)));
  }
  HALLMARK_TRY(block.signature_algorithm, read_algorithm(signer));
  block.signature = signer.element(kDerOctetString).content;
  if (signer.next_is(kDerContext1)) signer.element(kDerContext1);  // unsigned attributes
  if (!signer.at_end()) return malformed("the signer is malformed");
  return ok_status();
}

Status read_signed_data(DerReader& data, Pkcs7Block& block) {
  data.element(kDerInteger);  // version
  HALLMARK_CHECK(read_digest_algorithms(data.inside(kDerSet)));
  HALLMARK_TRY(block.content_type, read_content_info(data.inside(kDerSequence)));
  if (data.next_is(kDerContext0)) {
    DerReader certificates = data.inside(kDerContext0);
    while (certificates.ok() && !certificates.at_end()) {
      block.certificates.push_back(certificates.element(kDerSequence).encoding);
    }
    if (!certificates.ok()) return malformed("the certificates are malformed");
  }
  if (data.next_is(kDerContext1)) data.element(kDerContext1);  // revocation lists
  DerReader signers = data.inside(kDerSet);
  if (!data.at_end()) return malformed("the signed data is malformed");
  if (signers.at_end()) {
    return verification_error("JAR_SIG_NO_SIGNERS", "the signature block has no signer");
  }
  HALLMARK_CHECK(read_signer(signers, block));
  // Devices below 24 look at the first alone, newer ones at the first that is good.
  if (!signers.at_end()) return malformed("the signature block has more than one signer");
  return ok_status();
}

}  // namespace

std::optional<CertificateNames> certificate_names(std::span<const uint8_t> untrusted_der) {
  DerReader reader(untrusted_der);
  DerReader certificate = reader.inside(kDerSequence);
  DerReader tbs = certificate.inside(kDerSequence);
  if (tbs.next_is(kDerContext0)) tbs.element(kDerContext0);  // version
  CertificateNames names;
  names.serial = tbs.element(kDerInteger).content;
  tbs.element(kDerSequence);  // signature algorithm
  names.issuer = tbs.element(kDerSequence).encoding;
  if (!tbs.ok() || !reader.at_end()) return std::nullopt;
  return names;
}

Result<Pkcs7Block> parse_pkcs7_block(std::span<const uint8_t> untrusted_block) {
  if (untrusted_block.size() > kMaxPkcs7Block) return malformed("the signature block is too large");
  DerReader reader(untrusted_block);
  DerReader info = reader.inside(kDerSequence);
  const std::string_view type = as_text(info.element(kDerObjectId).content);
  DerReader content = info.inside(kDerContext0);
  DerReader data = content.inside(kDerSequence);
  if (!reader.at_end() || !info.at_end() || !content.at_end() || type != kSignedData) {
    return malformed("the signature block is not DER of a PKCS#7 SignedData, and nothing else");
  }
  Pkcs7Block block;
  HALLMARK_CHECK(read_signed_data(data, block));
  return block;
}

}  // namespace hallmark
