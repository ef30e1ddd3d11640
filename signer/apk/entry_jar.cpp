#include "signer/apk/entry_jar.hpp"

#include "signer/apk/jar_signer.hpp"
#include "signer/apk/zip_parts.hpp"
#include "verify/fdroid/entry_jar.hpp"

namespace hallmark {
namespace {

void put(std::vector<uint8_t>& out, uint64_t value, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) out.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

// The end-of-central-directory record.
void put_end(std::vector<uint8_t>& out, std::size_t entries, std::size_t directory) {
  const std::size_t offset = out.size() - directory;
  put(out, 0x06054b50, 4);
  put(out, 0, 4);  // one disk
  put(out, entries, 2);
  put(out, entries, 2);
  put(out, directory, 4);
  put(out, offset, 4);
  put(out, 0, 2);  // no comment
}

Result<std::vector<uint8_t>> small_zip(const std::vector<NewZipEntry>& entries) {
  std::vector<uint8_t> out;
  std::vector<uint8_t> directory;
  for (const NewZipEntry& entry : entries) {
    HALLMARK_TRY(const EncodedZipEntry encoded, encode_zip_entry(entry, out.size()));
    out.insert(out.end(), encoded.local.begin(), encoded.local.end());
    directory.insert(directory.end(), encoded.central.begin(), encoded.central.end());
  }
  out.insert(out.end(), directory.begin(), directory.end());
  put_end(out, entries.size(), directory.size());
  return out;
}

}  // namespace

Result<std::vector<uint8_t>> sign_entry_jar(const std::string& entry_json,
                                            const ApkSigningKey& key) {
  const NewZipEntry entry{"entry.json", {entry_json.begin(), entry_json.end()}};
  HALLMARK_TRY(std::vector<uint8_t> unsigned_zip, small_zip({entry}));
  const FileBytes file = FileBytes::of(owned_source(std::move(unsigned_zip)));
  HALLMARK_TRY(const ZipArchive archive, read_zip(file));
  HALLMARK_TRY(JarSignatureMade made,
               sign_jar(file, archive, {}, {key.certificate, "FDROID", false, {}}, key.sign));
  // Whoever reads a JAR as a stream finds the manifest first.
  std::vector<NewZipEntry> entries = std::move(made.entries);
  entries.push_back(entry);
  HALLMARK_TRY(std::vector<uint8_t> jar, small_zip(entries));
  HALLMARK_TRY(const Certificate certificate, parse_certificate(key.certificate));
  HALLMARK_TRY(const std::string signed_entry, read_entry_jar(jar, certificate.sha256));
  if (signed_entry == entry_json) return jar;
  return failed("entry.jar", "does not hold what was signed");
}

}  // namespace hallmark
