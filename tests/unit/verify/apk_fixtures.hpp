// What the APK tests are made of: files in memory, keys made on the spot, and a ZIP writer whose
// every field can be forged.
#pragma once

#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/fd.hpp"
#include "tests/unit/verify/apk_manifest_fixtures.hpp"
#include "verify/apk/little_endian.hpp"
#include "verify/apk/public_key.hpp"

namespace hallmark::apk_test {

inline void require(bool holds) {
  if (!holds) std::abort();
}

inline UniqueFd memory_file(std::span<const uint8_t> bytes = {}) {
  UniqueFd fd(::memfd_create("apk-test", MFD_CLOEXEC));
  require(bool(fd) && write_all(fd.get(), as_text(bytes)).ok());
  return fd;
}

inline Buffer contents_of(int fd) {
  const auto text = read_all(fd, uint64_t{1} << 30U, "test file");
  require(text.ok());
  return Buffer(text->begin(), text->end());
}

// ---- Keys
// -----------------------------------------------------------------------------------------

class TestKey {
 public:
  static TestKey rsa(unsigned bits) { return TestKey(EVP_RSA_gen(bits)); }
  static TestKey rsa_with_exponent(uint64_t exponent) {
    const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> generator(
        EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr), EVP_PKEY_CTX_free);
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> number(BN_new(), BN_free);
    EVP_PKEY* key = nullptr;
    require(BN_set_word(number.get(), exponent) == 1 &&
            EVP_PKEY_keygen_init(generator.get()) == 1 &&
            EVP_PKEY_CTX_set_rsa_keygen_bits(generator.get(), 1024) == 1 &&
            EVP_PKEY_CTX_set1_rsa_keygen_pubexp(generator.get(), number.get()) == 1 &&
            EVP_PKEY_keygen(generator.get(), &key) == 1);
    return TestKey(key);
  }
  static TestKey ec(const char* curve) { return TestKey(EVP_EC_gen(curve)); }
  static TestKey dsa(unsigned bits) {
    const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> parameters(
        EVP_PKEY_CTX_new_from_name(nullptr, "DSA", nullptr), EVP_PKEY_CTX_free);
    EVP_PKEY* group = nullptr;
    require(EVP_PKEY_paramgen_init(parameters.get()) == 1 &&
            EVP_PKEY_CTX_set_dsa_paramgen_bits(parameters.get(), static_cast<int>(bits)) == 1 &&
            EVP_PKEY_paramgen(parameters.get(), &group) == 1);
    const std::unique_ptr<EVP_PKEY, KeyDeleter> owner(group);
    const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> generator(
        EVP_PKEY_CTX_new(group, nullptr), EVP_PKEY_CTX_free);
    EVP_PKEY* key = nullptr;
    require(EVP_PKEY_keygen_init(generator.get()) == 1 &&
            EVP_PKEY_keygen(generator.get(), &key) == 1);
    return TestKey(key);
  }

  const Buffer& certificate() const { return certificate_; }
  Buffer spki() const {
    return encode([this](uint8_t** out) { return i2d_PUBKEY(key_.get(), out); });
  }
  Buffer private_key_pkcs8() const {
    const std::unique_ptr<PKCS8_PRIV_KEY_INFO, decltype(&PKCS8_PRIV_KEY_INFO_free)> info(
        EVP_PKEY2PKCS8(key_.get()), PKCS8_PRIV_KEY_INFO_free);
    return encode([&](uint8_t** out) { return i2d_PKCS8_PRIV_KEY_INFO(info.get(), out); });
  }

  // The raw private-key operation on a digest, as a key agent offers it.
  Buffer sign_digest(HashAlgorithm hash, std::span<const uint8_t> digest, bool pss = false) const {
    const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
        EVP_PKEY_CTX_new(key_.get(), nullptr), EVP_PKEY_CTX_free);
    const EVP_MD* md = openssl_hash(hash);
    require(EVP_PKEY_sign_init(context.get()) == 1 &&
            EVP_PKEY_CTX_set_signature_md(context.get(), md) == 1);
    if (pss) {
      require(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PSS_PADDING) == 1 &&
              EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), RSA_PSS_SALTLEN_DIGEST) == 1);
    }
    std::size_t size = 0;
    require(EVP_PKEY_sign(context.get(), nullptr, &size, digest.data(), digest.size()) == 1);
    Buffer signature(size);
    require(EVP_PKEY_sign(context.get(), signature.data(), &size, digest.data(), digest.size()) ==
            1);
    signature.resize(size);
    return signature;
  }

 private:
  struct KeyDeleter {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  };

  explicit TestKey(EVP_PKEY* key) : key_(key) {
    require(key != nullptr);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86400);
    X509_NAME* name = X509_get_subject_name(certificate.get());
    const std::string_view common_name = "Test signer";
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const uint8_t*>(common_name.data()),
                               static_cast<int>(common_name.size()), -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    X509_set_pubkey(certificate.get(), key_.get());
    require(X509_sign(certificate.get(), key_.get(), EVP_sha256()) > 0);
    certificate_ = encode([&](uint8_t** out) { return i2d_X509(certificate.get(), out); });
  }

  static Buffer encode(const std::function<int(uint8_t**)>& i2d) {
    uint8_t* der = nullptr;
    const int size = i2d(&der);
    require(size > 0);
    Buffer out(der, der + size);
    OPENSSL_free(der);
    return out;
  }

  std::unique_ptr<EVP_PKEY, KeyDeleter> key_;
  Buffer certificate_;
};

// Keys are slow to make, so tests share them.
inline const TestKey& shared_rsa_2048() {
  static const TestKey key = TestKey::rsa(2048);
  return key;
}
inline const TestKey& shared_dsa_1024() {
  static const TestKey key = TestKey::dsa(1024);
  return key;
}
inline const TestKey& shared_p256() {
  static const TestKey key = TestKey::ec("P-256");
  return key;
}

// ---- ZIP
// ------------------------------------------------------------------------------------------

struct TestHeader {
  uint16_t version_needed = 20;
  uint16_t flags = 0;
  uint16_t method = 0;
  uint16_t time = 0x4a20;
  uint16_t date = 0x5a21;
  uint32_t crc32 = 0;
  uint32_t compressed_size = 0;
  uint32_t size = 0;
  std::string name;
};

struct TestEntry {
  TestHeader local;
  TestHeader central;
  Buffer data;  // as stored in the archive
  Buffer local_extra;
  Buffer descriptor;  // written after the data
  Buffer gap_before;
  uint32_t header_offset = 0;  // set by write_zip() unless forged
  bool forge_offset = false;
};

inline uint32_t crc_of(std::span<const uint8_t> bytes) {
  return static_cast<uint32_t>(::crc32_z(0, bytes.data(), bytes.size()));
}

inline TestEntry stored(std::string name, Buffer data) {
  TestEntry entry;
  entry.local.name = std::move(name);
  entry.local.crc32 = crc_of(data);
  entry.local.size = static_cast<uint32_t>(data.size());
  entry.local.compressed_size = entry.local.size;
  entry.central = entry.local;
  entry.data = std::move(data);
  return entry;
}

inline TestEntry deflated(std::string name, const Buffer& data, int level = 9) {
  TestEntry entry = stored(std::move(name), data);
  entry.data.resize(::compressBound(data.size()));
  z_stream stream{};
  require(::deflateInit2(&stream, level, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  stream.next_in = const_cast<uint8_t*>(data.data());
  stream.avail_in = static_cast<uInt>(data.size());
  stream.next_out = entry.data.data();
  stream.avail_out = static_cast<uInt>(entry.data.size());
  require(::deflate(&stream, Z_FINISH) == Z_STREAM_END);
  entry.data.resize(stream.total_out);
  ::deflateEnd(&stream);
  entry.local.method = 8;
  entry.local.compressed_size = static_cast<uint32_t>(entry.data.size());
  entry.central = entry.local;
  return entry;
}

// The entry as packagers write it that cannot go back: with its CRC and sizes after the data, and
// zeros in the local header. `signed_form`: with the signature that APPNOTE leaves to the writer.
inline TestEntry with_descriptor(TestEntry entry, bool signed_form = true) {
  LittleEndianWriter descriptor;
  if (signed_form) descriptor.u32(0x08074b50);
  descriptor.u32(entry.central.crc32);
  descriptor.u32(entry.central.compressed_size);
  descriptor.u32(entry.central.size);
  entry.descriptor = descriptor.take();
  entry.local.flags = entry.central.flags = 8;
  entry.local.crc32 = entry.local.compressed_size = entry.local.size = 0;
  return entry;
}

// An archive in its parts, so that a test can put something between them.
struct TestZip {
  Buffer entries;
  Buffer directory;
  uint16_t count = 0;
  Buffer comment;

  Buffer end_record(uint64_t directory_offset) const {
    LittleEndianWriter out;
    out.u32(0x06054b50);
    out.u32(0);
    out.u16(count);
    out.u16(count);
    out.u32(static_cast<uint32_t>(directory.size()));
    out.u32(static_cast<uint32_t>(directory_offset));
    out.u16(static_cast<uint16_t>(comment.size()));
    out.bytes(comment);
    return out.take();
  }
  // The file, with `between` (padding, a signing block) between entries and central directory.
  Buffer file(std::span<const uint8_t> between = {}) const {
    LittleEndianWriter out;
    out.bytes(entries);
    out.bytes(between);
    const std::size_t directory_offset = out.size();
    out.bytes(directory);
    out.bytes(end_record(directory_offset));
    return out.take();
  }
};

inline void write_header_fields(LittleEndianWriter& out, const TestHeader& header,
                                std::size_t extra_size) {
  out.u16(header.version_needed);
  out.u16(header.flags);
  out.u16(header.method);
  out.u16(header.time);
  out.u16(header.date);
  out.u32(header.crc32);
  out.u32(header.compressed_size);
  out.u32(header.size);
  out.u16(static_cast<uint16_t>(header.name.size()));
  out.u16(static_cast<uint16_t>(extra_size));
}

inline TestZip write_zip(std::vector<TestEntry> entries) {
  LittleEndianWriter out;
  for (TestEntry& entry : entries) {
    out.bytes(entry.gap_before);
    if (!entry.forge_offset) entry.header_offset = static_cast<uint32_t>(out.size());
    out.u32(0x04034b50);
    write_header_fields(out, entry.local, entry.local_extra.size());
    out.bytes(as_bytes(entry.local.name));
    out.bytes(entry.local_extra);
    out.bytes(entry.data);
    out.bytes(entry.descriptor);
  }
  LittleEndianWriter directory;
  for (const TestEntry& entry : entries) {
    directory.u32(0x02014b50);
    directory.u16(20);
    write_header_fields(directory, entry.central, 0);
    directory.zeros(2 + 2 + 2 + 4);  // comment length, disk, attributes
    directory.u32(entry.header_offset);
    directory.bytes(as_bytes(entry.central.name));
  }
  return {out.take(), directory.take(), static_cast<uint16_t>(entries.size()), {}};
}

inline Buffer pattern(std::size_t size) {
  Buffer out(size);
  uint32_t state = 12345;
  for (uint8_t& byte : out) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<uint8_t>(state >> 24);
  }
  return out;
}

inline std::vector<TestEntry> apk_entries(const ManifestFacts& facts = {},
                                          std::size_t payload = 3000) {
  return {deflated("AndroidManifest.xml", BinaryXmlWriter().write(manifest_tree(facts))),
          stored("classes.dex", pattern(payload)), deflated("res/values.txt", Buffer(5000, 'x'))};
}

}  // namespace hallmark::apk_test
