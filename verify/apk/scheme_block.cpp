#include "verify/apk/scheme_block.hpp"

#include <optional>

#include "verify/apk/little_endian.hpp"

namespace hallmark {
namespace {

// Android's own limit on signers; the others are far beyond what any signer writes.
constexpr std::size_t kMaxSigners = 10;
constexpr std::size_t kMaxItems = 64;

using Spans = std::vector<std::span<const uint8_t>>;

// A sequence of LP items that fills `bytes`; nothing if it does not or has more than `limit`.
std::optional<Spans> parse_sequence(std::span<const uint8_t> bytes, std::size_t limit) {
  LittleEndianReader reader(bytes);
  Spans items;
  while (reader.remaining() > 0) {
    items.push_back(reader.length_prefixed());
    if (!reader.ok() || items.size() > limit) return std::nullopt;
  }
  return items;
}

std::optional<std::vector<AlgorithmBytes>> parse_algorithm_list(std::span<const uint8_t> bytes) {
  const std::optional<Spans> items = parse_sequence(bytes, kMaxItems);
  if (!items) return std::nullopt;
  std::vector<AlgorithmBytes> out;
  for (const auto item : *items) {
    LittleEndianReader reader(item);
    AlgorithmBytes entry;
    entry.algorithm = reader.u32();
    entry.bytes = reader.length_prefixed();
    if (!reader.at_end()) return std::nullopt;
    out.push_back(entry);
  }
  return out;
}

std::optional<std::vector<SchemeAttribute>> parse_attributes(std::span<const uint8_t> bytes) {
  const std::optional<Spans> items = parse_sequence(bytes, kMaxItems);
  if (!items) return std::nullopt;
  std::vector<SchemeAttribute> out;
  for (const auto item : *items) {
    LittleEndianReader reader(item);
    SchemeAttribute attribute;
    attribute.id = reader.u32();
    attribute.value = reader.bytes(reader.remaining());
    if (!reader.at_end()) return std::nullopt;
    out.push_back(attribute);
  }
  return out;
}

SdkRange read_sdk_range(LittleEndianReader& reader) {
  const uint32_t min = reader.u32();
  return {min, reader.u32()};
}

bool ends_as_it_may(SignatureScheme scheme, LittleEndianReader& reader) {
  if (scheme == SignatureScheme::kV2 && reader.remaining() == 4 && reader.u32() != 0) return false;
  return reader.at_end();
}

// `part` of the signer, under the code that ends with `suffix`.
Error malformed(SignatureScheme scheme, const char* suffix, const char* part) {
  return verification_error(scheme_code(scheme, suffix), std::string("the ") + scheme_name(scheme) +
                                                             " signer's " + part + " is malformed");
}

Result<SchemeSigner> parse_signer(SignatureScheme scheme, std::span<const uint8_t> bytes) {
  LittleEndianReader reader(bytes);
  SchemeSigner signer;
  signer.signed_data = reader.length_prefixed();
  if (scheme != SignatureScheme::kV2) signer.sdk = read_sdk_range(reader);
  const auto signatures = parse_algorithm_list(reader.length_prefixed());
  signer.public_key = reader.length_prefixed();
  if (!reader.at_end()) return malformed(scheme, "MALFORMED_SIGNER", "block");
  if (!signatures) return malformed(scheme, "MALFORMED_SIGNATURE", "list of signatures");
  signer.signatures = *signatures;
  return signer;
}

}  // namespace

const char* scheme_name(SignatureScheme scheme) {
  if (scheme == SignatureScheme::kV2) return "v2";
  return scheme == SignatureScheme::kV3 ? "v3" : "v3.1";
}

std::string scheme_code(SignatureScheme scheme, const char* suffix) {
  return std::string(scheme == SignatureScheme::kV2 ? "V2_SIG_" : "V3_SIG_") + suffix;
}

Result<std::vector<SchemeSigner>> parse_scheme_signers(SignatureScheme scheme,
                                                       std::span<const uint8_t> untrusted_value) {
  LittleEndianReader reader(untrusted_value);
  const auto sequence = reader.length_prefixed();
  const std::optional<Spans> items = parse_sequence(sequence, kMaxItems);
  if (!reader.at_end() || !items) {
    return verification_error(scheme_code(scheme, "MALFORMED_SIGNERS"),
                              "the list of signers is malformed");
  }
  if (items->empty()) return verification_error(scheme_code(scheme, "NO_SIGNERS"), "no signers");
  if (items->size() > kMaxSigners) {
    return verification_error(scheme_code(scheme, "TOO_MANY_SIGNERS"), "more than 10 signers");
  }
  std::vector<SchemeSigner> signers;
  for (const auto item : *items) {
    HALLMARK_TRY(SchemeSigner signer, parse_signer(scheme, item));
    signers.push_back(std::move(signer));
  }
  return signers;
}

Result<SchemeSignedData> parse_signed_data(SignatureScheme scheme,
                                           std::span<const uint8_t> signed_data) {
  LittleEndianReader reader(signed_data);
  const auto digests = parse_algorithm_list(reader.length_prefixed());
  const auto certificates = parse_sequence(reader.length_prefixed(), kMaxItems);
  SchemeSignedData out;
  if (scheme != SignatureScheme::kV2) out.sdk = read_sdk_range(reader);
  const auto attributes = parse_attributes(reader.length_prefixed());
  if (!ends_as_it_may(scheme, reader)) return malformed(scheme, "MALFORMED_SIGNER", "signed data");
  if (!digests) return malformed(scheme, "MALFORMED_DIGEST", "list of digests");
  if (!certificates) return malformed(scheme, "MALFORMED_SIGNER", "list of certificates");
  if (!attributes) {
    return malformed(scheme, "MALFORMED_ADDITIONAL_ATTRIBUTE", "list of attributes");
  }
  out.digests = *digests;
  out.certificates = *certificates;
  out.attributes = *attributes;
  return out;
}

}  // namespace hallmark
