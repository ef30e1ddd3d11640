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
//   Signing block (errors, the last a warning)
//     APK_SIG_BLOCK_MALFORMED, APK_SIG_BLOCK_DUPLICATE_ID
//     V31_SIG_NOT_SUPPORTED, V32_SIG_NOT_SUPPORTED, V3_SIG_LINEAGE_NOT_SUPPORTED   key rotation is
//                               not judged, so the verdict for newer devices would be a guess
//     APK_SIG_BLOCK_NOT_JUDGED  (warning) a pair that this verifier knows by name or not at all
//   Signers (errors)
//     <S>_SIG_MALFORMED_SIGNERS, _NO_SIGNERS, _TOO_MANY_SIGNERS, _MALFORMED_SIGNER,
//     <S>_SIG_NO_SIGNATURES, _NO_SUPPORTED_SIGNATURES, _MALFORMED_PUBLIC_KEY, _DID_NOT_VERIFY,
//     <S>_SIG_NO_CERTIFICATES, _MALFORMED_CERTIFICATE, _APK_DIGEST_DID_NOT_VERIFY,
//     <S>_SIG_PUBLIC_KEY_MISMATCH_BETWEEN_CERTIFICATE_AND_SIGNATURES_RECORD,
//     <S>_SIG_SIG_ALG_MISMATCH_BETWEEN_SIGNATURES_AND_DIGESTS_RECORDS,
//     <S>_SIG_MALFORMED_ADDITIONAL_ATTRIBUTE, V2_SIG_MISSING_APK_SIG_REFERENCED,
//     V3_SIG_MULTIPLE_SIGNERS, V3_SIG_INVALID_SDK_VERSIONS, V3_MISSING_SDK_VERSIONS,
//     V3_MIN_SDK_VERSION_MISMATCH_BETWEEN_SIGNER_AND_SIGNED_DATA_RECORD (and V3_MAX_…),
//     V3_SIG_PAST_SIGNERS_MISMATCH (the v2 signer is another than v3's),
//     V2_SIG_MISSING            devices between 24 and 27 need v2 and there is none
//   Signers (warnings)
//     <S>_SIG_UNKNOWN_SIG_ALGORITHM, <S>_SIG_UNKNOWN_ADDITIONAL_ATTRIBUTE,
//     V2_SIG_UNKNOWN_APK_SIG_SCHEME_ID
//   v1
//     JAR_SIG_NO_SIGNATURES     (error) no signature at all, or none for devices below 24
//     JAR_SIG_ONLY              (error) nothing but v1, which this verifier does not judge
//     JAR_SIG_NOT_JUDGED        (warning) v1 is present beside a scheme that was judged
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
