#include "verify/source_package.hpp"

#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

#include "core/debian_version.hpp"
#include "core/digest.hpp"
#include "core/fd.hpp"
#include "core/safe_path.hpp"
#include "verify/clearsigned_text.hpp"

namespace hallmark {
namespace {

constexpr uint64_t kDscLimit = uint64_t{1} << 20U;  // bytes
constexpr std::size_t kBlock = std::size_t{1} << 18U;
constexpr std::array<std::string_view, 3> kOtherFiles = {".deb", ".udeb", ".dsc"};
constexpr std::array<const char*, 2> kIndexFields = {"Package", "Directory"};
// What the stanza has at its front or its end, or not at all.
constexpr std::array<std::string_view, 5> kReplacedFields = {
    "Source", "Files", "Checksums-Sha1", "Checksums-Sha256", "Checksums-Sha512"};

Result<std::string> field_of(const Dsc& dsc, const char* name, const std::string& subject) {
  const std::string* value = dsc.control.find(name);
  if (value != nullptr) return *value;
  return verification_error(subject, std::string("has no field ") + name);
}

Status check_file_names(const Dsc& dsc, const std::string& subject) {
  for (const SourceFile& file : dsc.files) {
    const bool other = std::any_of(kOtherFiles.begin(), kOtherFiles.end(),
                                   [&](std::string_view end) { return file.name.ends_with(end); });
    if (other || !file.name.starts_with(dsc.package + "_")) {
      return verification_error(subject,
                                "names the file " + file.name + ", which is no part of a source");
    }
  }
  return ok_status();
}

Status check_lists(const Dsc& dsc, const std::string& subject) {
  const bool same = std::equal(
      dsc.files.begin(), dsc.files.end(), dsc.files_by_md5.begin(), dsc.files_by_md5.end(),
      [](const auto& a, const auto& b) { return a.name == b.name && a.size == b.size; });
  if (same) return ok_status();
  return verification_error(subject, "names other files in Files than in Checksums-Sha256");
}

// Both lists of a .dsc, in the order of Checksums-Sha256.
Status read_lists(Dsc& dsc, const std::string& subject) {
  HALLMARK_TRY(const std::string checksums, field_of(dsc, "Checksums-Sha256", subject));
  HALLMARK_TRY(dsc.files, parse_checksums(checksums, subject));
  HALLMARK_TRY(const std::string files, field_of(dsc, "Files", subject));
  HALLMARK_TRY(dsc.files_by_md5, parse_md5_files(files, subject));
  const auto place = [&](const Md5File& file) {
    return std::find_if(dsc.files.begin(), dsc.files.end(),
                        [&](const SourceFile& other) { return other.name == file.name; });
  };
  std::stable_sort(dsc.files_by_md5.begin(), dsc.files_by_md5.end(),
                   [&](const Md5File& a, const Md5File& b) { return place(a) < place(b); });
  HALLMARK_CHECK(check_lists(dsc, subject));
  return check_file_names(dsc, subject);
}

Status check_identity(const Dsc& dsc, const std::string& subject) {
  if (!is_debian_package_name(dsc.package)) {
    return verification_error(subject, "has a malformed field Source");
  }
  if (!is_debian_version(dsc.version) || !is_plain_name(dsc_name(dsc))) {
    return verification_error(subject, "has a malformed field Version");
  }
  for (const char* field : kIndexFields) {
    if (dsc.control.find(field) == nullptr) continue;
    return verification_error(
        subject, std::string("has the field ") + field + ", which only an index may have");
  }
  return ok_status();
}

class Md5Hasher {
 public:
  Md5Hasher() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    usable_ = context_ && EVP_DigestInit_ex(context_.get(), EVP_md5(), nullptr) == 1;
  }
  void update(std::span<const uint8_t> bytes) {
    usable_ = usable_ && EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
  }
  // Empty: libcrypto has no MD5, as where only FIPS 140 is allowed.
  std::string finish() {
    std::array<uint8_t, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    if (!usable_ || EVP_DigestFinal_ex(context_.get(), bytes.data(), &size) != 1) return "";
    return hex_encode(std::span<const uint8_t>(bytes).first(size));
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
  bool usable_ = false;
};

struct Digested {
  SourceFile file;  // without a name
  std::string md5;
};

Result<Digested> digest_source_file(int fd, const std::string& subject) {
  Sha256Hasher sha256;
  Md5Hasher md5;
  Digested out;
  std::vector<uint8_t> buffer(kBlock);
  for (;;) {
    const ssize_t count =
        ::pread(fd, buffer.data(), buffer.size(), static_cast<off_t>(out.file.size));
    if (count < 0) return errno_error(subject, "cannot read");
    if (count == 0) break;
    const auto read = std::span<const uint8_t>(buffer).first(static_cast<std::size_t>(count));
    sha256.update(read);
    md5.update(read);
    out.file.size += read.size();
  }
  out.file.sha256 = sha256.finish();
  out.md5 = md5.finish();
  if (out.md5.empty()) return failed("MD5", "cannot be computed, and Sources needs it");
  return out;
}

Error not_handed_in(const SourceFile& wanted, const std::string& subject) {
  return verification_error(subject, "names " + wanted.name + " with sha256 " +
                                         wanted.sha256.hex() +
                                         ", and no file with these bytes is there");
}

// Each file that the .dsc names is one of `others`, and each of these is named.
Status take_named_files(std::vector<Digested> others, SourcePackage& source,
                        const std::string& subject) {
  const Dsc& dsc = source.dsc;
  if (others.size() != dsc.files.size()) {
    return verification_error(subject, "names " + std::to_string(dsc.files.size()) +
                                           " file(s), and " + std::to_string(others.size()) +
                                           " are there");
  }
  for (std::size_t i = 0; i < dsc.files.size(); ++i) {
    const SourceFile& wanted = dsc.files[i];
    const auto found = std::find_if(others.begin(), others.end(), [&](const Digested& other) {
      return other.file.sha256 == wanted.sha256 && other.file.size == wanted.size;
    });
    if (found == others.end()) return not_handed_in(wanted, subject);
    if (found->md5 != dsc.files_by_md5[i].md5) {
      return verification_error(subject, "names " + wanted.name + " with another MD5 than it has");
    }
    others.erase(found);
    source.files.push_back(wanted);
    source.files_by_md5.push_back(dsc.files_by_md5[i]);
  }
  return ok_status();
}

std::string list_line(std::string_view digest, uint64_t size, const std::string& name) {
  return "\n " + std::string(digest) + " " + std::to_string(size) + " " + name;
}

}  // namespace

Result<Dsc> parse_dsc(std::string_view untrusted_text, const std::string& subject) {
  if (untrusted_text.size() > kDscLimit) return verification_error(subject, "is over 1 MiB");
  HALLMARK_TRY(const std::string text, clearsigned_text(untrusted_text, subject));
  Result<Deb822Paragraph> control = parse_deb822_paragraph(text, subject);
  if (!control.ok()) return verification_error(control.error().subject, control.error().cause);
  Dsc dsc;
  dsc.control = std::move(*control);
  HALLMARK_TRY(dsc.package, field_of(dsc, "Source", subject));
  HALLMARK_TRY(dsc.version, field_of(dsc, "Version", subject));
  HALLMARK_CHECK(check_identity(dsc, subject));
  HALLMARK_CHECK(read_lists(dsc, subject));
  return dsc;
}

std::string dsc_name(const Dsc& dsc) {
  return dsc.package + "_" + std::string(without_epoch(dsc.version)) + ".dsc";
}

Result<SourcePackage> read_source(std::span<const int> files, const std::string& subject) {
  if (files.empty()) return verification_error(subject, "has no .dsc");
  HALLMARK_TRY(const std::string text, read_all(files[0], kDscLimit, subject));
  SourcePackage out;
  HALLMARK_TRY(out.dsc, parse_dsc(text, subject));
  HALLMARK_TRY(Digested dsc, digest_source_file(files[0], subject));
  if (dsc.file.sha256 != sha256(text)) return failed(subject, "changed while it was read");
  dsc.file.name = dsc_name(out.dsc);
  out.files_by_md5.push_back({dsc.file.name, dsc.file.size, dsc.md5});
  out.files.push_back(std::move(dsc.file));

  std::vector<Digested> others;
  for (const int fd : files.subspan(1)) {
    HALLMARK_TRY(Digested other, digest_source_file(fd, subject));
    others.push_back(std::move(other));
  }
  HALLMARK_CHECK(take_named_files(std::move(others), out, subject));
  return out;
}

std::string sources_stanza(const SourcePackage& source, std::string_view folder) {
  std::string stanza = deb822_field("Package", source.dsc.package);
  for (const auto& [name, value] : source.dsc.control.fields) {
    const std::string& field = name;
    const bool replaced =
        std::any_of(kReplacedFields.begin(), kReplacedFields.end(),
                    [&](std::string_view other) { return same_field_name(other, field); });
    if (!replaced) stanza += deb822_field(name, value);
  }
  std::string by_md5;
  std::string by_sha256;
  for (const Md5File& file : source.files_by_md5) {
    by_md5 += list_line(file.md5, file.size, file.name);
  }
  for (const SourceFile& file : source.files) {
    by_sha256 += list_line(file.sha256.hex(), file.size, file.name);
  }
  stanza += deb822_field("Directory", folder);
  stanza += deb822_field("Files", by_md5);
  stanza += deb822_field("Checksums-Sha256", by_sha256);
  return stanza;
}

Result<std::vector<SourceFile>> files_of_stanza(std::string_view stanza) {
  HALLMARK_TRY(const Deb822Paragraph fields, parse_deb822_paragraph(stanza, "Sources stanza"));
  const std::string* checksums = fields.find("Checksums-Sha256");
  if (checksums == nullptr) return failed("Sources stanza", "names no files");
  return parse_checksums(*checksums, "Sources stanza");
}

}  // namespace hallmark
