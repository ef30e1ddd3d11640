// The signature algorithms of the APK Signature Schemes, by the ids that their structures use.
//
// Source: https://source.android.com/docs/security/features/apksigning/v2 ("Signature algorithm
// IDs"); the three "verity" ones are Android 9's.
#pragma once

#include <cstdint>

#include "verify/apk/hash.hpp"

namespace hallmark {

enum class KeyKind { kRsa, kEc, kDsa };

// How the contents of the APK are digested (verify/apk/content_digest.hpp).
enum class ContentDigestKind { kChunkedSha256, kChunkedSha512, kVeritySha256 };

struct SignatureAlgorithm {
  uint32_t id;
  const char* name;
  KeyKind key;
  bool pss;  // RSA only: PSS with MGF1 of the same hash and a salt as long as it; else PKCS#1 v1.5
  HashAlgorithm hash;         // of the signature
  ContentDigestKind content;  // the content digest that goes with it
  uint32_t min_sdk;           // the first API level that knows it
};

constexpr uint32_t kRsaPkcs1Sha256 = 0x0103;
constexpr uint32_t kRsaPkcs1Sha512 = 0x0104;
constexpr uint32_t kEcdsaSha256 = 0x0201;
constexpr uint32_t kEcdsaSha512 = 0x0202;
constexpr uint32_t kDsaSha256 = 0x0301;
constexpr uint32_t kRsaPkcs1Sha256Verity = 0x0421;
constexpr uint32_t kEcdsaSha256Verity = 0x0423;
constexpr uint32_t kDsaSha256Verity = 0x0425;

// Null for an id that is not supported.
const SignatureAlgorithm* find_signature_algorithm(uint32_t id);

}  // namespace hallmark
