// Making a v1 (JAR) signature: META-INF/MANIFEST.MF, NAME.SF and NAME.RSA or NAME.EC.
//
// Source: the JAR File Specification ("Signed JAR File"), as Android's apksigner writes it. The
// manifest has a section with a digest for every entry but directories and signature files; the .SF
// has a digest of the manifest and of each of its sections; the block is PKCS#7 SignedData without
// signed attributes, so that what is signed is the .SF itself. With RSA the same input gives the
// same bytes.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "signer/apk/digest_signer.hpp"
#include "signer/apk/zip_layout.hpp"
#include "verify/apk/digested_entries.hpp"
#include "verify/apk/zip.hpp"

namespace hallmark {

struct JarSignature {
  std::vector<uint8_t> certificate;  // DER; an RSA key gives NAME.RSA, an EC key NAME.EC
  std::string name;                  // at most 8 of [A-Z0-9_-], for example "CERT"
  // SHA-1 instead of SHA-256, everywhere: devices below 18 know nothing else with RSA. EC keys
  // (which those devices do not know) cannot have it.
  bool sha1 = false;
  // X-Android-APK-Signed: the schemes that are there too (2, 3), so that nobody can strip them.
  // Empty: no such line.
  std::vector<uint32_t> schemes;
};

struct JarSignatureMade {
  std::vector<NewZipEntry> entries;  // manifest, .SF and block
  DigestedEntries digested;          // of the archive, whose entries this borrows
};

// The signature, for all entries of the archive that are not in `drop`. That set must hold
// jar_signature_entries(): an archive cannot have two manifests. Entries are hashed as a stream, on
// all cores; the manifest, which grows with their number, is held in memory.
//
// Refused: a key other than RSA or EC, a name that is not of the form above, an old signature that
// is kept (kPolicy); entries that do not decompress to what their headers say (kVerification).
Result<JarSignatureMade> sign_jar(const FileBytes& file, const ZipArchive& archive,
                                  const std::set<std::string>& drop, const JarSignature& how,
                                  const DigestSigner& sign_digest);

// The entries that are an old signature, and the manifest: META-INF/{MANIFEST.MF, *.SF, *.RSA,
// *.DSA, *.EC, SIG-*}, directly in that folder, in any case of letters.
std::set<std::string> jar_signature_entries(const ZipArchive& archive);

}  // namespace hallmark
