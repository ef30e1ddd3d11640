// The APK verifier: is this file a well-formed APK whose contents the named keys signed?
//
// Judged: the ZIP structure, and APK Signature Schemes v2 and v3 of the algorithms RSA PKCS#1,
// RSA-PSS and ECDSA with SHA-256 or SHA-512. Every scheme present must be good, and every signature
// in it. A v1 (JAR) signature is reported as present and not judged; an APK with nothing else is
// refused. Rotated keys (lineage, v3.1, v3.2) are refused as not supported. The verdict is for
// devices from min_sdk upwards: below 24 there must be a v1 signature, from 24 to 27 a v2 one.
//
// Deliberately stricter than apksigner: everything the ZIP reader refuses (verify/apk/zip.hpp),
// non-zero bytes before the signing block, a pair id twice, trailing bytes in any signer structure,
// a bad signature beside a good one, a bad v2 signature where devices would look at v3 alone.
//
// The file is read by position, in constant memory. The caller sees to it that nobody else can
// write the file meanwhile, if that matters to what it does next.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/result.hpp"
#include "verify/apk/report.hpp"

namespace hallmark {

struct ApkVerifyOptions {
  std::string file;  // what the report calls the file
  // The oldest device (API level) that the verdict is for; without it, the manifest's
  // minSdkVersion.
  std::optional<uint32_t> min_sdk;
};

// An APK that is refused is a report that says why; an Error is trouble with reading the file.
Result<ApkReport> verify_apk(int untrusted_fd, const ApkVerifyOptions& options);

}  // namespace hallmark
