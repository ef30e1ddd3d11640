// Archives with a v1 (JAR) signature whose every part can be forged, before or after it is signed.
// Written without the signer's code: what is tested here must not come from there.
#pragma once

#include <openssl/x509v3.h>

#include <initializer_list>
#include <set>
#include <string>
#include <vector>

#include "tests/unit/verify/apk_fixtures.hpp"
#include "verify/apk/hash.hpp"
#include "verify/apk/jar_verify.hpp"

namespace hallmark::apk_test {

constexpr uint32_t kNoMaximum = 0x7fffffff;

// ---- DER

inline Buffer der(uint8_t tag, const Buffer& content) {
  Buffer out = {tag};
  if (content.size() >= 0x80) {
    out.push_back(0x82);
    out.push_back(static_cast<uint8_t>(content.size() >> 8));
  }
  out.push_back(static_cast<uint8_t>(content.size()));
  if (content.size() >= 0x80 && content.size() < 0x100) out.erase(out.begin() + 2), out[1] = 0x81;
  out.insert(out.end(), content.begin(), content.end());
  return out;
}
inline Buffer der(uint8_t tag, std::initializer_list<Buffer> parts) {
  Buffer content;
  for (const Buffer& part : parts) content.insert(content.end(), part.begin(), part.end());
  return der(tag, content);
}

const Buffer oid_data = {6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 7, 1};
const Buffer oid_signed_data = {6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 7, 2};
const Buffer oid_content_type = {6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 9, 3};
const Buffer oid_message_digest = {6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 9, 4};
const Buffer oid_md5 = {6, 8, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 2, 5};
const Buffer oid_sha1 = {6, 5, 0x2b, 14, 3, 2, 26};
const Buffer oid_sha256 = {6, 9, 0x60, 0x86, 0x48, 1, 101, 3, 4, 2, 1};
const Buffer oid_rsa = {6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1};
const Buffer oid_sha256_with_rsa = {6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 11};
const Buffer oid_ec_key = {6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1};
const Buffer oid_sha256_with_ecdsa = {6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2};
const Buffer oid_dsa = {6, 7, 0x2a, 0x86, 0x48, 0xce, 0x38, 4, 1};
const Buffer oid_sha1_with_dsa = {6, 7, 0x2a, 0x86, 0x48, 0xce, 0x38, 4, 3};
const Buffer oid_sha256_with_dsa = {6, 9, 0x60, 0x86, 0x48, 1, 101, 3, 4, 3, 2};

// What a signature block is made of. Empty means "as it should be".
struct TestBlock {
  const TestKey* key = &shared_rsa_2048();
  HashAlgorithm hash = HashAlgorithm::kSha256;
  Buffer digest_oid = oid_sha256;
  Buffer signature_oid = oid_rsa;
  std::vector<Buffer> certificates;
  bool with_attributes = false;
  Buffer attribute_type = oid_data;
  std::function<void(Buffer&)> forge_attributes;      // their content, before they are signed
  std::function<void(Buffer&)> forge_message_digest;  // in the attributes, before they are signed
  std::function<void(Buffer&)> forge_signature;
  int signers = 1;
  Buffer unsigned_attributes;  // after the signature
  Buffer content;              // inside the block
  Buffer crls;
};

inline Buffer issuer_of(const Buffer& certificate) {
  const uint8_t* position = certificate.data();
  X509* parsed = d2i_X509(nullptr, &position, static_cast<long>(certificate.size()));
  require(parsed != nullptr);
  uint8_t* bytes = nullptr;
  const int size = i2d_X509_NAME(X509_get_issuer_name(parsed), &bytes);
  Buffer out(bytes, bytes + size);
  OPENSSL_free(bytes);
  X509_free(parsed);
  return out;
}

inline Buffer algorithm_id(const Buffer& oid) { return der(0x30, {oid, der(5, Buffer())}); }

inline Buffer block_of(const TestBlock& block, std::string_view signature_file) {
  const Buffer version = {2, 1, 1};
  Buffer attributes;
  Buffer message(signature_file.begin(), signature_file.end());
  if (block.with_attributes) {
    Buffer digest = hash_bytes(block.hash, message);
    if (block.forge_message_digest) block.forge_message_digest(digest);
    Buffer content = der(0x30, {oid_content_type, der(0x31, block.attribute_type)});
    const Buffer second = der(0x30, {oid_message_digest, der(0x31, der(4, digest))});
    content.insert(content.end(), second.begin(), second.end());
    if (block.forge_attributes) block.forge_attributes(content);
    attributes = der(0xa0, content);
    message = der(0x31, content);
  }
  Buffer signature = block.key->sign_digest(block.hash, hash_bytes(block.hash, message));
  if (block.forge_signature) block.forge_signature(signature);
  const Buffer serial = {2, 1, 1};
  const Buffer signer =
      der(0x30, {version, der(0x30, {issuer_of(block.key->certificate()), serial}),
                 algorithm_id(block.digest_oid), attributes, algorithm_id(block.signature_oid),
                 der(4, signature), block.unsigned_attributes});
  Buffer signers;
  for (int i = 0; i < block.signers; ++i) {
    signers.insert(signers.end(), signer.begin(), signer.end());
  }
  Buffer certificates;
  for (const Buffer& each : block.certificates.empty()
                                ? std::vector<Buffer>{block.key->certificate()}
                                : block.certificates) {
    certificates.insert(certificates.end(), each.begin(), each.end());
  }
  const Buffer data = der(0x30, {version, der(0x31, algorithm_id(block.digest_oid)),
                                 der(0x30, {oid_data, block.content}), der(0xa0, certificates),
                                 block.crls, der(0x31, signers)});
  return der(0x30, {oid_signed_data, der(0xa0, data)});
}

// ---- Manifest and .SF

inline std::string base64_digest(HashAlgorithm hash, std::string_view text) {
  return base64_encode(hash_bytes(hash, as_bytes(text)));
}
inline std::string digest_name(HashAlgorithm hash) {
  return hash == HashAlgorithm::kSha1 ? "SHA1-Digest" : "SHA-256-Digest";
}
inline std::string section(const std::string& entry, const std::string& attribute,
                           const std::string& value) {
  return "Name: " + entry + "\r\n" + attribute + ": " + value + "\r\n\r\n";
}

struct TestFile {
  std::string name;
  Buffer content;
  bool deflate = false;
};

inline std::vector<TestFile> jar_files() {
  return {{"AndroidManifest.xml", BinaryXmlWriter().write(manifest_tree({.min_sdk = 18})), true},
          {"classes.dex", pattern(3000)},
          {"res/values.txt", Buffer(200000, 'x'), true},
          {"res/", {}}};
}

// A signer's .SF and block, and how they are named.
struct TestJarSigner {
  std::string name = "CERT";
  std::string ending = ".RSA";
  std::string main = "Signature-Version: 1.0\r\nCreated-By: test\r\n";  // attributes to begin with
  bool digest_of_manifest = true;
  bool digest_of_main = false;
  std::set<std::string> without;                   // entries that it does not vouch for
  std::function<void(std::string&)> forge_before;  // the .SF, then it is signed
  std::function<void(std::string&)> forge_after;
  TestBlock block;
  std::function<void(Buffer&)> forge_block;
};

struct TestJar {
  std::vector<TestFile> files = jar_files();
  HashAlgorithm hash = HashAlgorithm::kSha256;
  std::string manifest_main = "Manifest-Version: 1.0\r\n\r\n";
  std::function<void(std::vector<std::string>&)> forge_sections;  // of the manifest, to be signed
  std::function<void(std::string&)> forge_manifest;               // after it was signed
  std::function<void(std::vector<TestFile>&)> forge_files;        // after they were signed
  std::vector<TestJarSigner> signers = {{}};
  std::vector<TestEntry> more_entries;
};

inline std::string name_in(const std::string& section) {
  const std::size_t start = section.find(": ") + 2;
  return section.substr(start, section.find_first_of("\r\n") - start);
}

inline std::string signature_file_of(const TestJarSigner& signer, HashAlgorithm hash,
                                     const std::string& main,
                                     const std::vector<std::string>& sections) {
  std::string manifest = main;
  for (const std::string& each : sections) manifest += each;
  std::string out = signer.main;
  if (signer.digest_of_manifest) {
    out += digest_name(hash) + "-Manifest: " + base64_digest(hash, manifest) + "\r\n";
  }
  if (signer.digest_of_main) {
    out += digest_name(hash) + "-Manifest-Main-Attributes: " + base64_digest(hash, main) + "\r\n";
  }
  out += "\r\n";
  for (const std::string& each : sections) {
    if (signer.without.contains(name_in(each))) continue;
    out += section(name_in(each), digest_name(hash), base64_digest(hash, each));
  }
  return out;
}

// The archive in its parts, so that a signing block can come between.
inline TestZip signed_jar_zip(TestJar jar) {
  std::vector<std::string> sections;
  for (const TestFile& file : jar.files) {
    if (file.name.back() == '/') continue;
    sections.push_back(
        section(file.name, digest_name(jar.hash), base64_digest(jar.hash, as_text(file.content))));
  }
  if (jar.forge_sections) jar.forge_sections(sections);
  std::string manifest = jar.manifest_main;
  for (const std::string& each : sections) manifest += each;
  if (jar.forge_manifest) jar.forge_manifest(manifest);
  if (jar.forge_files) jar.forge_files(jar.files);

  std::vector<TestEntry> entries;
  for (const TestFile& file : jar.files) {
    entries.push_back(file.deflate ? deflated(file.name, file.content)
                                   : stored(file.name, file.content));
  }
  const auto add_text = [&entries](const std::string& name, const std::string& text) {
    entries.push_back(deflated(name, Buffer(text.begin(), text.end())));
  };
  add_text("META-INF/MANIFEST.MF", manifest);
  for (const TestJarSigner& signer : jar.signers) {
    std::string text = signature_file_of(signer, jar.hash, jar.manifest_main, sections);
    if (signer.forge_before) signer.forge_before(text);
    Buffer block = block_of(signer.block, text);
    if (signer.forge_after) signer.forge_after(text);
    if (signer.forge_block) signer.forge_block(block);
    add_text("META-INF/" + signer.name + ".SF", text);
    entries.push_back(deflated("META-INF/" + signer.name + signer.ending, block));
  }
  entries.insert(entries.end(), jar.more_entries.begin(), jar.more_entries.end());
  return write_zip(entries);
}
inline Buffer signed_jar(const TestJar& jar) { return signed_jar_zip(jar).file(); }

// ---- Verdicts

struct Judging {
  uint32_t min_sdk = 18;
  uint32_t max_sdk = kNoMaximum;
  std::set<uint32_t> schemes_found;
};

inline JarVerdict judge_jar(std::span<const uint8_t> apk, const Judging& how = {}) {
  const UniqueFd fd = memory_file(apk);
  const auto file = FileBytes::open(fd.get());
  require(file.ok());
  const auto archive = read_zip(*file);
  require(archive.ok());
  auto verdict = verify_jar(*file, *archive, how.min_sdk, how.max_sdk, how.schemes_found);
  require(verdict.ok() && (!verdict->errors.empty() || !verdict->signers.empty()));
  return *verdict;
}

// "verified", or the code of the first refusal.
inline std::string jar_code(std::span<const uint8_t> apk, const Judging& how = {}) {
  const JarVerdict verdict = judge_jar(apk, how);
  return verdict.errors.empty() ? "verified" : verdict.errors[0].code;
}
inline std::string jar_code(const TestJar& jar, const Judging& how = {}) {
  return jar_code(signed_jar(jar), how);
}

inline std::set<std::string> warnings_of(const TestJar& jar, const Judging& how = {}) {
  std::set<std::string> codes;
  for (const ApkFinding& warning : judge_jar(signed_jar(jar), how).warnings) {
    codes.insert(warning.code);
  }
  return codes;
}

// The key's certificate once more, with one extension ("keyUsage", "critical,keyCertSign").
inline Buffer certificate_with(const TestKey& key, const char* extension, const char* value) {
  const Buffer& plain = key.certificate();
  const uint8_t* position = plain.data();
  X509* certificate = d2i_X509(nullptr, &position, static_cast<long>(plain.size()));
  const Buffer pkcs8 = key.private_key_pkcs8();
  position = pkcs8.data();
  EVP_PKEY* signer = d2i_AutoPrivateKey(nullptr, &position, static_cast<long>(pkcs8.size()));
  X509_EXTENSION* made = X509V3_EXT_conf(nullptr, nullptr, extension, value);
  require(certificate != nullptr && signer != nullptr && made != nullptr &&
          X509_add_ext(certificate, made, -1) == 1 &&
          X509_sign(certificate, signer, EVP_sha256()) > 0);
  uint8_t* bytes = nullptr;
  const int size = i2d_X509(certificate, &bytes);
  Buffer out(bytes, bytes + size);
  OPENSSL_free(bytes);
  X509_EXTENSION_free(made);
  EVP_PKEY_free(signer);
  X509_free(certificate);
  return out;
}

}  // namespace hallmark::apk_test
