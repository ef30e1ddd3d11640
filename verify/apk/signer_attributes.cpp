// SignerJudge: the attributes that a signer may add to what it signs.
#include <algorithm>

#include "verify/apk/little_endian.hpp"
#include "verify/apk/signer_judge.hpp"

namespace hallmark {
namespace {

std::optional<uint32_t> u32_value(const SchemeAttribute& attribute) {
  LittleEndianReader reader(attribute.value);
  const uint32_t value = reader.u32();
  return reader.at_end() ? std::optional(value) : std::nullopt;
}

}  // namespace

Status SignerJudge::check_attributes(const SchemeSignedData& data) {
  for (std::size_t i = 0; i < data.attributes.size(); ++i) {
    const SchemeAttribute& attribute = data.attributes[i];
    const auto same_id = [&](const SchemeAttribute& other) { return other.id == attribute.id; };
    if (std::any_of(data.attributes.begin(),
                    data.attributes.begin() + static_cast<std::ptrdiff_t>(i), same_id)) {
      return refuse("MALFORMED_ADDITIONAL_ATTRIBUTE",
                    "attribute " + hex_number(attribute.id) + " is there twice");
    }
    HALLMARK_CHECK(check_attribute(attribute));
  }
  if (context_.scheme == SignatureScheme::kV3 && context_.rotation_min_sdk &&
      !has_rotation_min_sdk_) {
    return verification_error("V31_ROTATION_MIN_SDK_ATTR_MISSING",
                              "the v3 signer does not say that there is a v3.1 signature, so that "
                              "it could be stripped");
  }
  return ok_status();
}

Status SignerJudge::check_attribute(const SchemeAttribute& attribute) {
  const bool v2 = context_.scheme == SignatureScheme::kV2;
  if (v2 && attribute.id == kStripProtectionAttribute) return check_strip_protection(attribute);
  if (!v2 && attribute.id == kLineageAttribute) return check_lineage(attribute);
  if (!v2 && attribute.id == kRotationMinSdkAttribute) return check_rotation_min_sdk(attribute);
  if (!v2 && attribute.id == kRotationOnDevReleaseAttribute) {
    out_.targets_dev_release = context_.scheme == SignatureScheme::kV31;
    if (!out_.targets_dev_release) {
      warnings_.push_back({"V31_ROTATION_TARGETS_DEV_RELEASE_ATTR_ON_V3_SIGNER",
                           "the v3 signer has an attribute that only v3.1 knows"});
    }
    return ok_status();
  }
  warn("UNKNOWN_ADDITIONAL_ATTRIBUTE", "attribute " + hex_number(attribute.id) + " is not judged");
  return ok_status();
}

Status SignerJudge::check_strip_protection(const SchemeAttribute& attribute) {
  const std::optional<uint32_t> scheme = u32_value(attribute);
  if (!scheme) {
    return refuse("MALFORMED_ADDITIONAL_ATTRIBUTE", "the strip protection is malformed");
  }
  if (*scheme != kV3SchemeId) {
    warn("UNKNOWN_APK_SIG_SCHEME_ID",
         "the signer says that scheme " + std::to_string(*scheme) + " is there too");
  } else if (!context_.v3_present) {
    return refuse("MISSING_APK_SIG_REFERENCED",
                  "the v2 signer says that there is a v3 signature, and there is none: stripped");
  }
  return ok_status();
}

Status SignerJudge::check_lineage(const SchemeAttribute& attribute) {
  HALLMARK_TRY(Lineage lineage, parse_lineage(attribute.value));
  HALLMARK_TRY(const Certificate newest, parse_certificate(lineage.nodes.back().certificate));
  if (newest.sha256 != out_.certificate) {
    return refuse("POR_CERT_MISMATCH", "the lineage's last certificate is not the signer's");
  }
  out_.lineage = std::move(lineage);
  return ok_status();
}

// Devices that know no v3.1 ignore it, and so do we where the verdict is for them alone.
Status SignerJudge::check_rotation_min_sdk(const SchemeAttribute& attribute) {
  has_rotation_min_sdk_ = true;
  const std::optional<uint32_t> first = u32_value(attribute);
  if (!first) return refuse("MALFORMED_ADDITIONAL_ATTRIBUTE", "the rotation's SDK is malformed");
  if (context_.devices.max < kFirstSdkWithV31) return ok_status();
  const std::string says = "the signer says that from SDK " + std::to_string(*first) +
                           " on there is a v3.1 signature, and ";
  if (!context_.rotation_min_sdk) {
    return verification_error("V31_BLOCK_MISSING", says + "there is none: stripped");
  }
  if (*first != *context_.rotation_min_sdk) {
    return verification_error("V31_ROTATION_MIN_SDK_MISMATCH",
                              says + "it begins at " + std::to_string(*context_.rotation_min_sdk));
  }
  return ok_status();
}

}  // namespace hallmark
