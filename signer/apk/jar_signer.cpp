#include "signer/apk/jar_signer.hpp"

#include <algorithm>
#include <utility>

#include "core/bytes.hpp"
#include "signer/apk/jar_manifest_writer.hpp"
#include "signer/apk/pkcs7_writer.hpp"
#include "verify/apk/entry_digests.hpp"
#include "verify/apk/jar_signature.hpp"
#include "verify/apk/public_key.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxName = 8;
constexpr std::string_view kNameCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

// Old signatures must go, or there would be two manifests, or signatures that are no longer good.
Status check_request(const ZipArchive& archive, const std::set<std::string>& drop,
                     const JarSignature& how) {
  for (const std::string& name : jar_signature_entries(archive)) {
    if (!drop.contains(name)) {
      return policy_error("entry '" + name + "'", "is part of an old signature or manifest");
    }
  }
  if (how.name.empty() || how.name.size() > kMaxName ||
      how.name.find_first_not_of(kNameCharacters) != std::string::npos) {
    return policy_error("v1 signer '" + how.name.substr(0, 100) + "'",
                        "is not a name of 1 to 8 of A-Z, 0-9, '_' and '-'");
  }
  return ok_status();
}

Result<KeyKind> check_key(const JarSignature& how) {
  HALLMARK_TRY(const Certificate certificate, parse_certificate(how.certificate));
  HALLMARK_TRY(const PublicKey key, PublicKey::parse(certificate.spki));
  const bool supported = key.kind() == KeyKind::kRsa || (key.kind() == KeyKind::kEc && !how.sha1);
  if (!supported) {
    return policy_error("APK signing key",
                        "is " + key.description() + (how.sha1 ? ", and SHA-1 is asked for" : ""),
                        "use RSA, or EC where devices below 18 do not matter");
  }
  return key.kind();
}

std::vector<EntryToDigest> entries_to_sign(const ZipArchive& archive,
                                           const std::set<std::string>& drop, HashAlgorithm hash) {
  std::vector<EntryToDigest> entries;
  for (const ZipEntry& entry : archive.entries) {
    if (entry.name.ends_with('/') || drop.contains(entry.name)) continue;
    entries.push_back({&entry, {hash}});
  }
  std::sort(entries.begin(), entries.end(), [](const EntryToDigest& a, const EntryToDigest& b) {
    return a.entry->name < b.entry->name;
  });
  return entries;
}

std::string scheme_list(const std::vector<uint32_t>& schemes) {
  std::string list;
  for (const uint32_t scheme : schemes) {
    list += (list.empty() ? "" : ", ") + std::to_string(scheme);
  }
  return list;
}

std::vector<DigestedEntry> pair_up(const std::vector<EntryToDigest>& entries,
                                   std::vector<JarEntryDigest> digests) {
  std::vector<DigestedEntry> pairs(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    pairs[i] = {entries[i].entry, std::move(digests[i].digest)};
  }
  return pairs;
}

std::vector<uint8_t> bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

}  // namespace

Result<JarSignatureMade> sign_jar(const FileBytes& file, const ZipArchive& archive,
                                  const std::set<std::string>& drop, const JarSignature& how,
                                  const DigestSigner& sign_digest) {
  HALLMARK_CHECK(check_request(archive, drop, how));
  HALLMARK_TRY(const KeyKind key, check_key(how));
  const HashAlgorithm hash = how.sha1 ? HashAlgorithm::kSha1 : HashAlgorithm::kSha256;
  const std::vector<EntryToDigest> entries = entries_to_sign(archive, drop, hash);
  std::vector<JarEntryDigest> digests(entries.size());
  HALLMARK_CHECK(digest_entries(
      file, entries, [&](std::size_t index, std::span<const std::vector<uint8_t>> found) {
        digests[index] = {entries[index].entry->name, found.front()};
      }));
  HALLMARK_TRY(const JarTexts texts, write_jar_texts(hash, digests, scheme_list(how.schemes)));
  HALLMARK_TRY(const std::vector<uint8_t> signature,
               sign_digest(hash, hash_bytes(hash, as_bytes(texts.signature_file))));
  HALLMARK_TRY(std::vector<uint8_t> block,
               write_pkcs7_block({how.certificate, key, hash, signature}));
  const std::string base = "META-INF/" + how.name;
  return JarSignatureMade{{{"META-INF/MANIFEST.MF", bytes_of(texts.manifest)},
                           {base + ".SF", bytes_of(texts.signature_file)},
                           {base + (key == KeyKind::kRsa ? ".RSA" : ".EC"), std::move(block)}},
                          DigestedEntries(file, hash, pair_up(entries, std::move(digests)))};
}

std::set<std::string> jar_signature_entries(const ZipArchive& archive) {
  std::set<std::string> names;
  for (const ZipEntry& entry : archive.entries) {
    if (is_jar_signature_file(entry.name)) names.insert(entry.name);
  }
  return names;
}

}  // namespace hallmark
