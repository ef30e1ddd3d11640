#include "signer/apk/pkcs7_writer.hpp"

#include <initializer_list>
#include <string_view>

#include "core/bytes.hpp"
#include "verify/apk/der.hpp"
#include "verify/apk/pkcs7.hpp"

namespace hallmark {
namespace {

using Der = std::vector<uint8_t>;

constexpr std::string_view kData = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";  // 1.2.840.113549.1.7.1
constexpr std::string_view kSignedData = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";  // …1.7.2
constexpr std::string_view kSha1 = "\x2b\x0e\x03\x02\x1a";                        // 1.3.14.3.2.26
constexpr std::string_view kSha256 =
    "\x60\x86\x48\x01\x65\x03\x04\x02\x01";                                // 2.16.840.1.101.3.4.2.1
constexpr std::string_view kRsa = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";  // 1.2.840.113549.1.1.1
constexpr std::string_view kEcKey = "\x2a\x86\x48\xce\x3d\x02\x01";        // 1.2.840.10045.2.1

Der element(uint8_t tag, std::span<const uint8_t> content) {
  Der out = {tag};
  if (content.size() < 0x80) {
    out.push_back(static_cast<uint8_t>(content.size()));
  } else {
    std::size_t bytes = 1;
    while (content.size() >> (8 * bytes) != 0) ++bytes;
    out.push_back(static_cast<uint8_t>(0x80 | bytes));
    while (bytes-- > 0) out.push_back(static_cast<uint8_t>(content.size() >> (8 * bytes)));
  }
  out.insert(out.end(), content.begin(), content.end());
  return out;
}

Der element(uint8_t tag, std::initializer_list<Der> parts) {
  Der content;
  for (const Der& part : parts) content.insert(content.end(), part.begin(), part.end());
  return element(tag, content);
}

Der object_id(std::string_view content) { return element(kDerObjectId, as_bytes(content)); }

Der algorithm(std::string_view id) {
  return element(kDerSequence, {object_id(id), element(kDerNull, {})});
}

Der version_1() { return {kDerInteger, 1, 1}; }

}  // namespace

Result<std::vector<uint8_t>> write_pkcs7_block(const JarBlockParts& parts) {
  const auto names = certificate_names(parts.certificate);
  if (!names) return verification_error("certificate", "is malformed");
  const Der certificate(parts.certificate.begin(), parts.certificate.end());
  const Der issuer(names->issuer.begin(), names->issuer.end());
  const Der digest = algorithm(parts.hash == HashAlgorithm::kSha1 ? kSha1 : kSha256);
  const Der signer =
      element(kDerSequence,
              {version_1(), element(kDerSequence, {issuer, element(kDerInteger, names->serial)}),
               digest, algorithm(parts.key == KeyKind::kRsa ? kRsa : kEcKey),
               element(kDerOctetString, parts.signature)});
  const Der data =
      element(kDerSequence,
              {version_1(), element(kDerSet, {digest}), element(kDerSequence, {object_id(kData)}),
               element(kDerContext0, {certificate}), element(kDerSet, {signer})});
  return element(kDerSequence, {object_id(kSignedData), element(kDerContext0, {data})});
}

}  // namespace hallmark
