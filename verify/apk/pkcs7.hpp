// PKCS#7 SignedData as the signature blocks of JAR signatures are: META-INF/*.RSA, *.DSA, *.EC.
//
// Source: RFC 2315 section 9 (and RFC 5652, its successor). Read strictly as DER, with nothing left
// over, so that there is one way to read it. Certificates of other kinds than X.509 and more than
// one signer are refused; revocation lists, unsigned attributes and content inside the block, which
// Android ignores, are ignored.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/result.hpp"

namespace hallmark {

// Attributes that the signature is over, instead of the content.
struct Pkcs7SignedAttributes {
  std::span<const uint8_t> content_type;    // an OID's content
  std::span<const uint8_t> message_digest;  // of the content, by the signer's digest algorithm
  // As it stands there, but with the tag of a SET, as which it is signed.
  std::vector<uint8_t> signed_bytes;
};

// Spans point into the bytes that were parsed. Nothing has been checked but the form.
struct Pkcs7Block {
  std::span<const uint8_t> content_type;               // an OID's content
  std::vector<std::span<const uint8_t>> certificates;  // DER
  // The one that the signer names by issuer and serial number; empty if it is not among them.
  std::span<const uint8_t> signer_certificate;
  std::span<const uint8_t> digest_algorithm;     // an OID's content
  std::span<const uint8_t> signature_algorithm;  // an OID's content
  std::optional<Pkcs7SignedAttributes> signed_attributes;
  std::span<const uint8_t> signature;
};

// Larger blocks are refused: a chain of certificates with the largest of keys has 50 KB.
constexpr std::size_t kMaxPkcs7Block = std::size_t{1} << 20U;

// Refused (kVerification): JAR_SIG_PARSE_EXCEPTION, or JAR_SIG_NO_SIGNERS.
Result<Pkcs7Block> parse_pkcs7_block(std::span<const uint8_t> untrusted_block);

struct CertificateNames {
  std::span<const uint8_t> issuer;  // DER of a Name
  std::span<const uint8_t> serial;  // an INTEGER's content
};
// Nothing for what is not a DER certificate; says nothing of the parts that come after the issuer.
std::optional<CertificateNames> certificate_names(std::span<const uint8_t> untrusted_der);

}  // namespace hallmark
