#include "signer/apk/scheme_writer.hpp"

#include "verify/apk/little_endian.hpp"

namespace hallmark {
namespace {

std::vector<uint8_t> length_prefixed(std::span<const uint8_t> content) {
  LittleEndianWriter out;
  out.length_prefixed(content);
  return out.take();
}

// LP {u32 number, content}: how attributes are written.
std::vector<uint8_t> attribute(uint32_t id, std::span<const uint8_t> value) {
  LittleEndianWriter out;
  out.u32(id);
  out.bytes(value);
  return length_prefixed(out.view());
}

std::vector<uint8_t> number_attribute(uint32_t id, uint32_t number) {
  LittleEndianWriter value;
  value.u32(number);
  return attribute(id, value.view());
}

// A sequence of one LP {u32 algorithm, LP bytes}: the list of digests, and that of signatures.
std::vector<uint8_t> algorithm_list(uint32_t algorithm, std::span<const uint8_t> bytes) {
  LittleEndianWriter out;
  out.u32(algorithm);
  out.length_prefixed(bytes);
  return length_prefixed(out.view());
}

void write_sdk(LittleEndianWriter& out, const SdkRange& sdk) {
  out.u32(sdk.min);
  out.u32(sdk.max);
}

// Digests and certificates, with which the signed data of every scheme begins.
LittleEndianWriter signed_data_head(const ApkSigner& signer, std::span<const uint8_t> digest) {
  LittleEndianWriter out;
  out.length_prefixed(algorithm_list(signer.algorithm->id, digest));
  out.length_prefixed(length_prefixed(signer.key.certificate));
  return out;
}

std::vector<uint8_t> v3_attributes(const V3Facts& facts) {
  LittleEndianWriter out;
  if (facts.rotated_from) {
    out.bytes(number_attribute(kRotationMinSdkAttribute, *facts.rotated_from));
  }
  if (!facts.lineage.empty()) out.bytes(attribute(kLineageAttribute, facts.lineage));
  return out.take();
}

// A sequence of one signer: signed data, what the scheme repeats of it, signatures, public key.
Result<std::vector<uint8_t>> one_signer(const ApkSigner& signer,
                                        std::span<const uint8_t> signed_data,
                                        const SdkRange* repeated) {
  HALLMARK_TRY(const std::vector<uint8_t> signature, signer.sign(signed_data));
  LittleEndianWriter out;
  out.length_prefixed(signed_data);
  if (repeated != nullptr) write_sdk(out, *repeated);
  out.length_prefixed(algorithm_list(signer.algorithm->id, signature));
  out.length_prefixed(signer.certificate.spki);
  return length_prefixed(length_prefixed(out.view()));
}

}  // namespace

Result<std::vector<uint8_t>> v2_value(const ApkSigner& signer, std::span<const uint8_t> digest,
                                      bool v3_is_there) {
  LittleEndianWriter signed_data = signed_data_head(signer, digest);
  std::vector<uint8_t> attributes;
  if (v3_is_there) attributes = number_attribute(kStripProtectionAttribute, kV3SchemeId);
  signed_data.length_prefixed(attributes);
  signed_data.u32(0);  // as apksigner does
  return one_signer(signer, signed_data.view(), nullptr);
}

Result<std::vector<uint8_t>> v3_value(const ApkSigner& signer, std::span<const uint8_t> digest,
                                      const V3Facts& facts) {
  LittleEndianWriter signed_data = signed_data_head(signer, digest);
  write_sdk(signed_data, facts.sdk);
  signed_data.length_prefixed(v3_attributes(facts));
  return one_signer(signer, signed_data.view(), &facts.sdk);
}

}  // namespace hallmark
