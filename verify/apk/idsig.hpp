// The APK Signature Scheme v4: a file beside the APK (APK.idsig) with a hash tree of the whole APK,
// for installation while it is still being copied.
//
// Source: https://source.android.com/docs/security/features/apksigning/v4. With LP for "u32 length
// and that many bytes", all numbers little-endian:
//   file         = u32 2, LP hashing info, LP signing infos, LP tree; the tree may be absent with
//                  its length
//   hashing info = u32 1 (SHA-256), u8 12 (blocks of 2^12 bytes), LP salt, LP root
//   signing infos = at most 7168 bytes: signing info, then {u32 0x1b93ad61, LP signing info} where
//                  the APK has a v3.1 signer, who is the second one's
//   signing info = LP content digest of the APK's signer, LP certificate, LP additional data,
//                  LP public key, u32 algorithm, LP signature over v4_signed_data()
//   tree         = verify/apk/merkle_tree.hpp
// Salts are not supported here: nobody writes one, and Android's own verifier takes none.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "verify/apk/file_bytes.hpp"

namespace hallmark {

constexpr std::size_t kMaxIdsigSigningInfos = 7168;

struct IdsigSigningInfo {
  // The best of the content digests that the APK's own v3 (or v3.1, or v2) signer signed: chunked
  // SHA-512, else verity, else chunked SHA-256.
  std::vector<uint8_t> apk_digest;
  std::vector<uint8_t> certificate;  // DER, the same as the APK's own signer's
  std::vector<uint8_t> additional_data;
  std::vector<uint8_t> public_key;  // DER SubjectPublicKeyInfo
  uint32_t algorithm = 0;
  std::vector<uint8_t> signature;
};

struct IdsigHeader {
  Sha256Digest root;
  IdsigSigningInfo signing_info;                     // by the v3 signer, or v2's without v3
  std::optional<IdsigSigningInfo> v31_signing_info;  // by the v3.1 signer
};

struct Idsig {
  IdsigHeader header;
  uint64_t tree_offset = 0;  // in the file
  uint64_t tree_size = 0;    // 0: the tree is not there; else it ends the file
};

// What is signed does not cover public key and algorithm: they are checked against the certificate.
std::vector<uint8_t> v4_signed_data(uint64_t apk_size, const Sha256Digest& root,
                                    std::span<const uint8_t> salt, const IdsigSigningInfo& info);

// All of the file but the bytes of the tree, which follow. The result is no valid file if signing
// infos are larger than kMaxIdsigSigningInfos.
std::vector<uint8_t> encode_idsig_header(const IdsigHeader& header, uint64_t tree_size);

// Checks the structure alone. Errors are of kind kVerification with the subject
// V4_SIG_NO_SIGNATURES (an empty file), V4_SIG_VERSION_NOT_CURRENT, V4_SIG_UNSUPPORTED_HASHING or
// V4_SIG_MALFORMED_SIGNERS.
Result<Idsig> parse_idsig(const FileBytes& untrusted_file);

}  // namespace hallmark
