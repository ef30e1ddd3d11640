// What the APK verifier found: the verdict, who signed, and why not.
//
// Error and warning codes are those of Android's apksigner where it has one for the same finding
// (V2_SIG_…, V3_SIG_…, JAR_SIG_…), with <S> below standing for V2 or V3. Findings that apksigner
// has no code for, or accepts, have codes of our own:
//
//   ZIP (errors)
//     ZIP_NO_END_RECORD         no end-of-central-directory record ends exactly at the end of file
//     ZIP_AMBIGUOUS_END_RECORD  a second one, in the archive comment or before
//     ZIP_UNSUPPORTED           zip64, several disks, encryption, an unknown flag or method
//     ZIP_DIRECTORY_MISPLACED   bytes between central directory and end record, or outside the file
//     ZIP_MALFORMED_DIRECTORY   records that do not fill the central directory exactly; limits
//     ZIP_UNSAFE_NAME           absolute, "..", empty part, control character
//     ZIP_DUPLICATE_NAME        two entries of one name
//     ZIP_HEADER_MISMATCH       local header (or data descriptor) differs from central directory
//     ZIP_OVERLAP               entries share bytes, or reach into what follows them
//     ZIP_FOREIGN_DATA          the file does not start with an entry (Janus), or non-zero bytes
//                               lie between the last entry and signing block or central directory
//     ZIP_MALFORMED_ENTRY       an entry that had to be read does not decompress to its size, CRC
//   Manifest (errors)
//     APK_MANIFEST_MISSING, APK_MANIFEST_MALFORMED, APK_MANIFEST_UNSUPPORTED
//   Range of devices (error)
//     SDK_RANGE_EMPTY           the oldest device asked for is newer than the newest
//   Signing block (errors, the last three warnings)
//     APK_SIG_BLOCK_MALFORMED, APK_SIG_BLOCK_DUPLICATE_ID
//     APK_SIG_BLOCK_NOT_JUDGED  a pair that is known by name and says nothing about signers of the
//                               app: source stamp, dependency information, …
//     APK_SIG_BLOCK_UNKNOWN_ENTRY_ID  a pair that is not known
//     V32_SIG_NOT_JUDGED        the hybrid signature of Android 17
//   Signers (errors), of v3.1 under V3
//     <S>_SIG_MALFORMED_SIGNERS, _NO_SIGNERS, _TOO_MANY_SIGNERS, _MALFORMED_SIGNER,
//     <S>_SIG_MALFORMED_SIGNATURE, _MALFORMED_DIGEST,
//     <S>_SIG_NO_SIGNATURES, _NO_SUPPORTED_SIGNATURES, _MALFORMED_PUBLIC_KEY, _DID_NOT_VERIFY,
//     <S>_SIG_NO_CERTIFICATES, _MALFORMED_CERTIFICATE, _APK_DIGEST_DID_NOT_VERIFY,
//     <S>_SIG_PUBLIC_KEY_MISMATCH_BETWEEN_CERTIFICATE_AND_SIGNATURES_RECORD,
//     <S>_SIG_SIG_ALG_MISMATCH_BETWEEN_SIGNATURES_AND_DIGESTS_RECORDS,
//     <S>_SIG_MALFORMED_ADDITIONAL_ATTRIBUTE, V2_SIG_MISSING_APK_SIG_REFERENCED,
//     V3_MIN_SDK_VERSION_MISMATCH_BETWEEN_SIGNER_AND_SIGNED_DATA_RECORD (and V3_MAX_…),
//     V3_SIG_INVALID_SDK_VERSIONS, V3_MISSING_SDK_VERSIONS, V3_INCONSISTENT_SDK_VERSIONS
//   Rotation (errors)
//     V3_SIG_MALFORMED_LINEAGE, V3_SIG_POR_DID_NOT_VERIFY, V3_SIG_POR_CERT_MISMATCH,
//     V3_INCONSISTENT_LINEAGES, V31_BLOCK_MISSING, V31_BLOCK_FOUND_WITHOUT_V3_BLOCK,
//     V31_ROTATION_MIN_SDK_MISMATCH, V31_ROTATION_MIN_SDK_ATTR_MISSING
//   Across schemes (errors)
//     V2_SIG_MISSING            a v1 signer is no v2 signer; or devices from 24 to 27 have neither
//                               a v2 nor a v1 signature
//     JAR_SIG_MISSING           a v2 signer is no v1 signer
//     V3_SIG_MULTIPLE_PAST_SIGNERS, V3_SIG_PAST_SIGNERS_MISMATCH   the v1 or v2 signer is not the
//                               oldest of the v3 signer's keys
//     NO_SIG_FOR_TARGET_SANDBOX_VERSION, MIN_SIG_SCHEME_FOR_TARGET_SDK_NOT_MET   nothing but v1
//   Signers (warnings)
//     <S>_SIG_UNKNOWN_SIG_ALGORITHM, <S>_SIG_UNKNOWN_ADDITIONAL_ATTRIBUTE,
//     V2_SIG_UNKNOWN_APK_SIG_SCHEME_ID, V31_ROTATION_TARGETS_DEV_RELEASE_ATTR_ON_V3_SIGNER
//   v4 (errors, the last a warning)
//     V4_SIG_NO_SIGNATURES, V4_SIG_VERSION_NOT_CURRENT, V4_SIG_MALFORMED_SIGNERS,
//     V4_SIG_UNSUPPORTED_HASHING   another hash or block size, or a salt
//     V4_SIG_NO_SUPPORTED_SIGNATURES, V4_SIG_MALFORMED_PUBLIC_KEY, V4_SIG_DID_NOT_VERIFY,
//     V4_SIG_NO_CERTIFICATE, V4_SIG_MALFORMED_CERTIFICATE,
//     V4_SIG_PUBLIC_KEY_MISMATCH_BETWEEN_CERTIFICATE_AND_SIGNATURES_RECORD,
//     V4_SIG_V2_V3_SIGNERS_MISMATCH, V4_SIG_V2_V3_DIGESTS_MISMATCH, V4_SIG_MULTIPLE_SIGNERS,
//     V41_SIG_NEEDS_TWO_SIGNERS, V4_SIG_APK_ROOT_DID_NOT_VERIFY, V4_SIG_APK_TREE_DID_NOT_VERIFY
//     V4_SIG_NO_TREE            the file has the root alone
//   v1: JAR_SIG_…; JAR_SIG_NO_MANIFEST or JAR_SIG_NO_SIGNATURES also where the APK is not signed at
//     all for some device of the range
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/json.hpp"

namespace hallmark {

struct ApkFinding {
  std::string code;
  std::string message;  // free of control characters
};

struct ApkSignerFacts {
  std::string scheme;              // "v1", "v2", "v3", "v3.1" or "v4"
  std::string certificate_sha256;  // of the DER, lower-case hexadecimal
  std::string subject;             // RFC 2253, escaped to printable ASCII
  std::string key;                 // "RSA 4096", "EC 256"
};

// One key that the app was signed with in its time.
struct ApkLineageFacts {
  std::string certificate_sha256;
  std::vector<std::string> capabilities;  // lineage_capability_names()
};

struct ApkReport {
  std::string file;  // as the caller calls it
  bool verified = false;
  // Schemes in which every signer passed every check, and those signers.
  std::vector<std::string> schemes;
  std::vector<ApkSignerFacts> signers;
  std::vector<ApkLineageFacts> lineage;  // oldest first; empty if the key was never rotated
  std::vector<ApkFinding> errors;        // empty if and only if verified
  std::vector<ApkFinding> warnings;
};

// "0x7109871a": how messages name algorithms, attributes and pairs.
std::string hex_number(uint32_t number);

// {"file","verified","schemes","signers":[…],"errors":[{"code","message"}],"warnings":[…]},
// and, for a key that was rotated, "lineage":[{"certificate_sha256","capabilities":[…]}].
Json to_json(const ApkReport& report);

}  // namespace hallmark
