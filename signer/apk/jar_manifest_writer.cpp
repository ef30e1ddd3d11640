#include "signer/apk/jar_manifest_writer.hpp"

#include <algorithm>

#include "core/bytes.hpp"
#include "verify/apk/zip_parts.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxLine = 70;  // bytes, without the line's end
constexpr std::string_view kLineEnd = "\r\n";

void append_line(std::string& out, std::string_view name, std::string_view value) {
  const std::string line = std::string(name) + ": " + std::string(value);
  std::string_view rest = line;
  out += rest.substr(0, kMaxLine);
  rest.remove_prefix(std::min(kMaxLine, rest.size()));
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, kMaxLine - 1);
    out += kLineEnd;
    out += ' ';
    out += part;
    rest.remove_prefix(part.size());
  }
  out += kLineEnd;
}

void append_section(std::string& out, std::string_view entry, const std::string& attribute,
                    std::span<const uint8_t> digest) {
  append_line(out, "Name", entry);
  append_line(out, attribute, base64_encode(digest));
  out += kLineEnd;
}

Status check_name(std::string_view name) {
  if (name.find_first_of(std::string_view("\0\r\n", 3)) == std::string_view::npos) {
    return ok_status();
  }
  return verification_error("entry '" + printable_name(name) + "'",
                            "has a name that a JAR manifest cannot hold");
}

}  // namespace

Result<JarTexts> write_jar_texts(HashAlgorithm hash, const std::vector<JarEntryDigest>& entries,
                                 const std::string& schemes) {
  // The names of the attributes as devices since Android 1.0 know them.
  const std::string attribute = hash == HashAlgorithm::kSha1 ? "SHA1-Digest" : "SHA-256-Digest";
  JarTexts out;
  append_line(out.manifest, "Manifest-Version", "1.0");
  out.manifest += kLineEnd;
  std::string sections;  // of the signature file, which starts with the digest of all
  for (const JarEntryDigest& entry : entries) {
    HALLMARK_CHECK(check_name(entry.name));
    const std::size_t start = out.manifest.size();
    append_section(out.manifest, entry.name, attribute, entry.digest);
    const std::string_view section = std::string_view(out.manifest).substr(start);
    append_section(sections, entry.name, attribute, hash_bytes(hash, as_bytes(section)));
  }
  append_line(out.signature_file, "Signature-Version", "1.0");
  append_line(out.signature_file, "Created-By", "1.0 (Hallmark)");
  append_line(out.signature_file, attribute + "-Manifest",
              base64_encode(hash_bytes(hash, as_bytes(out.manifest))));
  if (!schemes.empty()) append_line(out.signature_file, "X-Android-APK-Signed", schemes);
  out.signature_file += kLineEnd;
  out.signature_file += sections;
  // Android up to 1.6 cannot read such a file whose size is a multiple of 1024.
  if (out.signature_file.size() % 1024 == 0) out.signature_file += kLineEnd;
  return out;
}

}  // namespace hallmark
