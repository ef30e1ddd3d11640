#include "verify/changes_file.hpp"

#include "core/deb822.hpp"
#include "core/debian_version.hpp"
#include "verify/clearsigned_text.hpp"

namespace hallmark {
namespace {

constexpr std::size_t kMaxChanges = std::size_t{1} << 20U;  // bytes

Result<std::string> changes_field(const Deb822Paragraph& fields, const char* name,
                                  const std::string& subject) {
  const std::string* value = fields.find(name);
  if (value != nullptr) return *value;
  return verification_error(subject, std::string("has no field ") + name);
}

Result<Deb822Paragraph> changes_fields(std::string_view untrusted_text,
                                       const std::string& subject) {
  std::string text(untrusted_text);
  if (untrusted_text.starts_with("-----BEGIN PGP SIGNED MESSAGE-----")) {
    HALLMARK_TRY(text, clearsigned_text(untrusted_text, subject));
  }
  Result<Deb822Paragraph> fields = parse_deb822_paragraph(text, subject);
  if (!fields.ok()) return verification_error(fields.error().subject, fields.error().cause);
  return fields;
}

}  // namespace

Result<ChangesFile> parse_changes(std::string_view untrusted_text, const std::string& subject) {
  if (untrusted_text.size() > kMaxChanges) return verification_error(subject, "is over 1 MiB");
  HALLMARK_TRY(const Deb822Paragraph fields, changes_fields(untrusted_text, subject));
  ChangesFile changes;
  HALLMARK_TRY(changes.source, changes_field(fields, "Source", subject));
  // "tool (1.0-1)" where a binary upload has a version of its own.
  changes.source.resize(std::min(changes.source.find(' '), changes.source.size()));
  if (!is_debian_package_name(changes.source)) {
    return verification_error(subject, "has a malformed field Source");
  }
  HALLMARK_TRY(changes.version, changes_field(fields, "Version", subject));
  if (!is_debian_version(changes.version)) {
    return verification_error(subject, "has a malformed field Version");
  }
  HALLMARK_TRY(const std::string checksums, changes_field(fields, "Checksums-Sha256", subject));
  HALLMARK_TRY(changes.files, parse_checksums(checksums, subject));
  if (changes.files.empty()) return verification_error(subject, "names no file");
  return changes;
}

}  // namespace hallmark
